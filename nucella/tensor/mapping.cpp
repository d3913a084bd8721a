#include "nucella/tensor/mapping.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>

namespace nucella {

struct Mapping::Region {
  uintptr_t begin;
  uintptr_t end;
  int file;
  std::string path;
  std::atomic<bool> damaged{false};
  bool reported = false;  // under the mutex

  bool holds(const void* address) const {
    return reinterpret_cast<uintptr_t>(address) >= begin && reinterpret_cast<uintptr_t>(address) < end;
  }
};

namespace detail {
std::atomic<bool> mapping_damaged{false};
}

namespace {

using Region = Mapping::Region;

// A list that a signal handler can walk: slots are never freed, only used again.
struct Slot {
  std::atomic<Region*> region{nullptr};
  Slot* next = nullptr;
};
std::atomic<Slot*> first_slot{nullptr};
std::atomic<int> walkers{0};  // handlers on the list: a region that left it may still be looked at

std::mutex& mutex() {
  static std::mutex instance;
  return instance;
}

struct sigaction previous_action;

template <class F>
Region* find_region(F matches) {
  for (Slot* slot = first_slot.load(std::memory_order_acquire); slot; slot = slot->next)
    if (Region* region = slot->region.load(std::memory_order_acquire); region && matches(*region))
      return region;
  return nullptr;
}

// Puts zeros over what the file has lost: all that lies behind its end, or, after an error of the disk, one
// page.
bool mend(Region& region, uintptr_t address) {
  static const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const uintptr_t begin = address / page * page;
  struct stat info {};
  const bool cut =
      ::fstat(region.file, &info) == 0 && static_cast<uintptr_t>(info.st_size) <= begin - region.begin;
  void* zeros =
      ::mmap(reinterpret_cast<void*>(begin), cut ? region.end - begin : page, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  if (zeros == MAP_FAILED) return false;
  region.damaged.store(true, std::memory_order_relaxed);
  detail::mapping_damaged.store(true, std::memory_order_release);
  return true;
}

void pass_on(int signal, siginfo_t* info, void* context) {
  if (previous_action.sa_flags & SA_SIGINFO) return previous_action.sa_sigaction(signal, info, context);
  if (previous_action.sa_handler == SIG_IGN && info->si_code <= 0) return;  // sent by somebody
  if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN)
    return previous_action.sa_handler(signal);
  ::signal(signal, SIG_DFL);  // the access is tried again and ends the program as it would have
  if (info->si_code <= 0) ::raise(signal);
}

// Calls nothing but system calls and atomics.
void on_bus_error(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  walkers.fetch_add(1);
  const void* address = info->si_addr;
  Region* region =
      info->si_code > 0 ? find_region([&](const Region& r) { return r.holds(address); }) : nullptr;
  const bool mended = region && mend(*region, reinterpret_cast<uintptr_t>(address));
  walkers.fetch_sub(1);
  errno = saved;
  if (!mended) pass_on(signal, info, context);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::sigaction(SIGBUS, nullptr, &previous_action);
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, nullptr);
  });
}

void enter(Region* region) {
  const std::lock_guard lock(mutex());
  for (Slot* slot = first_slot.load(); slot; slot = slot->next) {
    if (slot->region.load() != nullptr) continue;
    slot->region.store(region, std::memory_order_release);
    return;
  }
  auto* slot = new Slot;
  slot->region.store(region);
  slot->next = first_slot.load();
  first_slot.store(slot, std::memory_order_release);
}

void leave(const Region* region) {
  const std::lock_guard lock(mutex());
  for (Slot* slot = first_slot.load(); slot; slot = slot->next)
    if (slot->region.load() == region) slot->region.store(nullptr);
  // Cleared before the others are looked at: a handler that notes a damage meanwhile sets it again.
  detail::mapping_damaged.store(false);
  if (find_region([](const Region& r) { return r.damaged.load(); })) detail::mapping_damaged.store(true);
  while (walkers.load() != 0) {
  }
}

// Throws for the first region that has lost a page and is used or that nobody was told of.
template <class Uses>
void raise_damage(Uses uses) {
  const std::lock_guard lock(mutex());
  Region* region = find_region([&](const Region& r) { return r.damaged.load() && (!r.reported || uses(r)); });
  if (!region) return;
  region->reported = true;
  raise<OSError>(
      "'", region->path,
      "' was cut short or could not be read while it was mapped; values that were in the lost part "
      "read as zeros");
}

}  // namespace

Mapping::Mapping(int file, size_t bytes, std::string path) : bytes_(bytes) {
  if (bytes == 0) return;
  install_handler();
  // Without MAP_NORESERVE a file larger than the memory would be refused, although only written pages need
  // any.
  void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
  check<OSError>(start != MAP_FAILED, "cannot map '", path, "': ", std::generic_category().message(errno));
  data_ = static_cast<std::byte*>(start);
  const auto begin = reinterpret_cast<uintptr_t>(start);
  region_.reset(new Region{begin, begin + bytes, file, std::move(path)});
  enter(region_.get());
}

Mapping::~Mapping() {
  if (!region_) return;
  leave(region_.get());
  ::munmap(data_, bytes_);
}

bool Mapping::holds(const void* address) {
  const std::lock_guard lock(mutex());
  return find_region([&](const Region& r) { return r.holds(address); });
}

void detail::raise_mapping_damage(std::span<const Tensor* const> used) {
  raise_damage([&](const Region& region) {
    for (const Tensor* t : used)
      if (t->defined() && t->has_data() && region.holds(t->raw_data_unchecked())) return true;
    return false;
  });
}
void detail::raise_mapping_damage_at(const void* used) {
  raise_damage([&](const Region& region) { return region.holds(used); });
}

}  // namespace nucella
