// Matrix products and chains of convolutions beside oneDNN called directly, in one process.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <dnnl.hpp>

#include "nucella/base/parallel.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Memory = dnnl::memory;
using Tag = Memory::format_tag;
constexpr auto kFloat = Memory::data_type::f32;

const dnnl::engine& engine() {
  static const dnnl::engine e(dnnl::engine::kind::cpu, 0);
  return e;
}

// Threads for the length of one benchmark.
class Threads {
 public:
  explicit Threads(int64_t n) : before_(num_threads()) { set_num_threads(static_cast<int>(n)); }
  ~Threads() { set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

void BM_Matmul(benchmark::State& state) {
  const Threads threads(state.range(0));
  const Tensor x = full({512, 768}, 0.5), y = full({768, 768}, 0.5);
  for (auto _ : state) benchmark::DoNotOptimize(ops::matmul(x, y));
}
BENCHMARK(BM_Matmul)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMicrosecond);

// Memory that was never written is one page of zeros in cache, which would flatter the peer.
Memory filled(const Memory::desc& desc) {
  Memory m(desc, engine());
  std::fill_n(static_cast<float*>(m.get_data_handle()), desc.get_size() / sizeof(float), 0.5F);
  return m;
}

void BM_MatmulByOneDNN(benchmark::State& state) {
  const Threads threads(state.range(0));
  dnnl::stream stream(engine());
  const Memory x = filled({{512, 768}, kFloat, Tag::ab}), y = filled({{768, 768}, kFloat, Tag::ab}),
               z = filled({{512, 768}, kFloat, Tag::ab});
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::matmul::primitive_desc pd(engine(), x.get_desc(), y.get_desc(), z.get_desc());
#else
  const dnnl::matmul::primitive_desc pd({x.get_desc(), y.get_desc(), z.get_desc()}, engine());
#endif
  const dnnl::matmul product(pd);
  for (auto _ : state) {
    product.execute(stream, {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, y}, {DNNL_ARG_DST, z}});
    stream.wait();
  }
}
BENCHMARK(BM_MatmulByOneDNN)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMicrosecond);

// 64 -> 256 -> 64 channels, 1x1, on 16 images of 56x56: a batch as rows of pixels goes in, every reorder
// counts.
void BM_ConvChain(benchmark::State& state) {
  const Threads threads(state.range(0));
  const Tensor x = full({16, 64, 56, 56}, 0.5), up = full({256, 64, 1, 1}, 0.1),
               down = full({64, 256, 1, 1}, 0.1);
  for (auto _ : state) {
    Tensor y = x;
    for (int i = 0; i < 2; ++i) y = ops::conv2d(ops::conv2d(y, up), down);
    benchmark::DoNotOptimize(y);
  }
}
BENCHMARK(BM_ConvChain)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

// One convolution in the layouts that oneDNN likes best, its operands already there.
class DirectConv {
 public:
  DirectConv(int64_t inputs, int64_t outputs)
      : pd_(describe(inputs, outputs)),
        conv_(pd_),
        x_(filled(pd_.src_desc())),
        weight_(filled(pd_.weights_desc())),
        y_(filled(pd_.dst_desc())) {}
  void run(dnnl::stream& stream) {
    conv_.execute(stream, {{DNNL_ARG_SRC, x_}, {DNNL_ARG_WEIGHTS, weight_}, {DNNL_ARG_DST, y_}});
  }

 private:
  static dnnl::convolution_forward::primitive_desc describe(int64_t inputs, int64_t outputs) {
    const Memory::desc x({16, inputs, 56, 56}, kFloat, Tag::any),
        weight({outputs, inputs, 1, 1}, kFloat, Tag::any), y({16, outputs, 56, 56}, kFloat, Tag::any);
    const auto forward = dnnl::prop_kind::forward_inference;
    const auto direct = dnnl::algorithm::convolution_direct;
    const Memory::dims one{1, 1}, none{0, 0};
#if DNNL_VERSION_MAJOR >= 3
    return {engine(), forward, direct, x, weight, y, one, none, none};
#else
    return {{forward, direct, x, weight, y, one, none, none}, engine()};
#endif
  }

  dnnl::convolution_forward::primitive_desc pd_;
  dnnl::convolution_forward conv_;
  Memory x_, weight_, y_;
};

void BM_ConvChainByOneDNN(benchmark::State& state) {
  const Threads threads(state.range(0));
  dnnl::stream stream(engine());
  DirectConv up(64, 256), down(256, 64);
  for (auto _ : state) {
    for (int i = 0; i < 2; ++i) {
      up.run(stream);
      down.run(stream);
    }
    stream.wait();
  }
}
BENCHMARK(BM_ConvChainByOneDNN)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nucella
