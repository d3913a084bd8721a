// What a call costs beyond its arithmetic: tensors so small that nothing else counts.
#include <benchmark/benchmark.h>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

void BM_Add4x4(benchmark::State& state) {
  const Tensor x = ones({4, 4}), y = ones({4, 4});
  for (auto _ : state) benchmark::DoNotOptimize(ops::add(x, y));
}
BENCHMARK(BM_Add4x4);

void BM_Add4x4OnATape(benchmark::State& state) {
  const Tensor x = ones({4, 4}), y = ones({4, 4});
  constexpr int kCalls = 100;
  for (auto _ : state) {
    Tape tape;
    tape.watch(x);
    TapeScope scope(tape);
    for (int i = 0; i < kCalls; ++i) benchmark::DoNotOptimize(ops::add(x, y));
  }
  state.SetItemsProcessed(state.iterations() * kCalls);
}
BENCHMARK(BM_Add4x4OnATape);

void BM_Empty4x4(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Tensor::empty({4, 4}));
}
BENCHMARK(BM_Empty4x4);

void BM_ReluGrad4x4(benchmark::State& state) {
  const Tensor x = ones({4, 4}), y = ones({4, 4});
  for (auto _ : state) benchmark::DoNotOptimize(ops::relu_grad(x, y));
}
BENCHMARK(BM_ReluGrad4x4);

void BM_ReduceMean64(benchmark::State& state) {
  const Tensor x = ones({64});
  for (auto _ : state) benchmark::DoNotOptimize(ops::reduce_mean(x));
}
BENCHMARK(BM_ReduceMean64);

}  // namespace
}  // namespace nucella
