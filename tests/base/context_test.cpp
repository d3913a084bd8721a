#include "nucella/base/context.h"

#include <gtest/gtest.h>

#include "nucella/base/error.h"

namespace nucella {
namespace {

class ContextTest : public testing::Test {
 protected:
  Context before_ = get_context();
  void TearDown() override {
    set_context({before_.mode, before_.threads, before_.deterministic, before_.random_stream});
  }
};

TEST_F(ContextTest, StartsInPynativeWithTheStreamOf2x) {
  EXPECT_EQ(get_context().mode, Mode::kPynative);
  EXPECT_EQ(get_context().random_stream, RandomStream::kV2);
  EXPECT_FALSE(deterministic());
}

TEST_F(ContextTest, SettingsChangeOneByOne) {
  set_context({.threads = 3});
  set_context({.deterministic = true});
  set_context({.random_stream = RandomStream::kR15});
  const Context now = get_context();
  EXPECT_EQ(now.threads, 3);
  EXPECT_TRUE(now.deterministic);
  EXPECT_EQ(now.random_stream, RandomStream::kR15);
  EXPECT_EQ(now.mode, before_.mode);
}

TEST_F(ContextTest, AWrongSettingChangesNothing) {
  EXPECT_THROW(set_context({.mode = Mode::kGraph, .threads = 0}), ValueError);
  EXPECT_EQ(get_context().mode, before_.mode);
  EXPECT_EQ(get_context().threads, before_.threads);
  EXPECT_THROW(set_context({.mode = static_cast<Mode>(7)}), ValueError);
}

}  // namespace
}  // namespace nucella
