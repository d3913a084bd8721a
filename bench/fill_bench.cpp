#include <benchmark/benchmark.h>

#include "nucella/base/random_fill.h"
#include "nucella/tensor/allocator.h"

namespace nucella {
namespace {

/// Takes memory, fills it and gives it back. With `fresh` the pages come from the system each time.
template <class Fill>
void fill_memory(benchmark::State& state, bool fresh, Fill fill) {
  const auto nbytes = static_cast<size_t>(state.range(0));
  const RandomKey key = draw_key(RandomKey::Kind::kPhilox);
  for (auto _ : state) {
    auto* values = static_cast<float*>(allocate(nbytes));
    fill(key, std::span(values, nbytes / sizeof(float)));
    benchmark::DoNotOptimize(values);
    deallocate(values, nbytes);
    if (fresh) empty_cache();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void normal(const RandomKey& key, std::span<float> out) { fill_normal(key, out, 0, 0.01); }
void uniform(const RandomKey& key, std::span<float> out) { fill_uniform(key, out, -0.07, 0.07); }
void truncated_normal(const RandomKey& key, std::span<float> out) {
  fill_truncated_normal(key, out, 0, 0.01, -2, 2);
}

constexpr int64_t kMiB = 1 << 20, kGiB = 1 << 30;
BENCHMARK_CAPTURE(fill_memory, fresh_normal, true, normal)
    ->Arg(kGiB)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fill_memory, normal, false, normal)
    ->Arg(64 * kMiB)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fill_memory, uniform, false, uniform)
    ->Arg(64 * kMiB)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fill_memory, truncated_normal, false, truncated_normal)
    ->Arg(64 * kMiB)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nucella
