// Faults of memory that is not ours go where they went before.
#include "nucella/tensor/mapping.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/files.h"

namespace nucella {
namespace {

using test::TempDir;

/// A file of a few pages that is open.
class Pages {
 public:
  Pages() {
    test::write_file(path_, std::string(kBytes, 'x'));
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~Pages() { ::close(descriptor_); }

  static constexpr size_t kBytes = 5 << 16;
  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }
  void cut() const { ASSERT_EQ(::ftruncate(descriptor_, 100), 0); }

 private:
  TempDir dir_;
  std::string path_ = dir_ / "pages";
  int descriptor_ = -1;
};

// With a mapping of ours in place, reads what lies in a file that was cut, mapped by somebody else.
void fault_elsewhere() {
  const Pages mine, others;
  const Mapping mapping(mine.descriptor(), Pages::kBytes, mine.path());
  void* other = ::mmap(nullptr, Pages::kBytes, PROT_READ, MAP_SHARED, others.descriptor(), 0);
  others.cut();
  static_cast<void>(static_cast<const volatile char*>(other)[Pages::kBytes - 1]);
}

void fault_with_a_handler() {
  ::signal(SIGBUS, [](int) { ::_exit(42); });
  fault_elsewhere();
}

class MappingDeath : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(MappingDeath, AFaultElsewhereStillEndsTheProgram) {
  EXPECT_EXIT(fault_elsewhere(), testing::KilledBySignal(SIGBUS), "");
}

TEST_F(MappingDeath, AFaultElsewhereReachesTheHandlerOfBefore) {
  EXPECT_EXIT(fault_with_a_handler(), testing::ExitedWithCode(42), "");
}

TEST(Mapping, ALostPageIsToldUntilTheMappingGoes) {
  const Pages pages;
  {
    const Mapping mapping(pages.descriptor(), Pages::kBytes, pages.path());
    check_mappings();
    pages.cut();
    EXPECT_EQ(mapping.data()[Pages::kBytes - 1], std::byte{0});
    EXPECT_EQ(mapping.data()[0], std::byte{'x'}) << "what is left of the file stays";
    EXPECT_THROW(check_mappings(), OSError);
    check_mappings();
    EXPECT_THROW(check_mapping_at(mapping.data()), OSError);
    EXPECT_THROW(check_mapping_at(mapping.data()), OSError);
    mapping.data()[Pages::kBytes - 1] = std::byte{1};  // the zeros are memory as any other
    EXPECT_EQ(mapping.data()[Pages::kBytes - 1], std::byte{1});
  }
  check_mappings();
}

TEST(Mapping, KnowsItsAddresses) {
  const Pages pages;
  const std::byte* inside = nullptr;
  {
    const Mapping mapping(pages.descriptor(), Pages::kBytes, pages.path());
    inside = mapping.data() + Pages::kBytes - 1;
    EXPECT_TRUE(Mapping::holds(inside));
    EXPECT_FALSE(Mapping::holds(&pages));
  }
  EXPECT_FALSE(Mapping::holds(inside));
}

TEST(Mapping, AnEmptyFileHasNothingToMap) {
  const Pages pages;
  const Mapping mapping(pages.descriptor(), 0, pages.path());
  EXPECT_EQ(mapping.bytes(), 0u);
}

}  // namespace
}  // namespace nucella
