#include <benchmark/benchmark.h>

#include "nucella/tensor/allocator.h"

namespace nucella {
namespace {

void allocate_and_free(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    void* p = allocate(n);
    benchmark::DoNotOptimize(p);
    deallocate(p, n);
  }
}
BENCHMARK(allocate_and_free)->Arg(64)->Arg(320)->Arg(16 << 10)->Arg(256 << 10)->Arg(8 << 20);

}  // namespace
}  // namespace nucella
