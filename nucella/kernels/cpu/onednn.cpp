#include "nucella/kernels/cpu/onednn.h"

#include <cstring>
#include <dnnl.hpp>
#include <list>
#include <unordered_map>

#include "nucella/base/context.h"
#include "nucella/base/parallel.h"
#include "nucella/tensor/allocator.h"

namespace nucella::cpu::onednn {
namespace {

using Desc = dnnl::memory::desc;

// Never destroyed: primitives of other threads may outlive static destruction.
const dnnl::engine& engine() {
  static const auto& e = *new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return e;
}
dnnl_stream_t stream() {
  thread_local const dnnl::stream s(engine());
  return s.get();
}

// Everything that a primitive depends on, in a row of words.
class Key {
 public:
  explicit Key(int64_t kind) {
    add(kind);
    add(num_threads());
  }
  void add(int64_t word) {
    words_[static_cast<size_t>(size_++)] = word;
    hash_ = (std::rotl(hash_, 23) ^ static_cast<uint64_t>(word)) * 0x9E3779B97F4A7C15u;
  }
  void add(const Operand& o) {
    add(o.data ? o.shape.ndim() : -1);
    if (!o.data) return;
    for (int64_t extent : o.shape) add(extent);
    for (int64_t stride : o.strides) add(stride);
  }
  void add(const Convolution& c) {
    for (const Window& w : c.windows)
      for (int64_t word : {w.stride, w.dilation, w.before, w.after}) add(word);
    add(c.group);
  }
  size_t hash() const { return hash_; }
  friend bool operator==(const Key& a, const Key& b) {
    return a.hash_ == b.hash_ && a.size_ == b.size_ &&
           std::memcmp(a.words_.data(), b.words_.data(), sizeof(int64_t) * static_cast<size_t>(a.size_)) == 0;
  }

 private:
  static constexpr size_t kMaxWords = 2 + 13 + 4 * (1 + 2 * kMaxDims);
  std::array<int64_t, kMaxWords> words_;
  int size_ = 0;
  uint64_t hash_ = 0;
};
struct KeyHash {
  size_t operator()(const Key& key) const { return key.hash(); }
};

void check_status(dnnl_status_t status, const char* what) {
  check<RuntimeError>(status == dnnl_success, "oneDNN: ", what, " failed with status ",
                      static_cast<int>(status));
}

// A block for the scratch memory of one run.
class Scratch {
 public:
  explicit Scratch(size_t size)
      : size_(size), data_(size ? static_cast<std::byte*>(allocate(size)) : nullptr) {}
  ~Scratch() {
    if (data_) deallocate(data_, size_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::byte* at(size_t offset) const { return data_ + offset; }

 private:
  size_t size_;
  std::byte* data_;
};

// How the caller holds an argument of a primitive.
struct Binding {
  int arg;
  Desc held;
  bool output = false;
};

// A primitive with its memory objects, and a reorder for every argument that it wants in another layout than
// the caller holds it. Used by one thread only.
class Plan {
 public:
  Plan(const dnnl::primitive_desc_base& pd, std::initializer_list<Binding> bindings) : primitive_(pd.get()) {
    for (const Binding& b : bindings) add(pd, b);
    scratchpad_ = reserve(pd.scratchpad_desc());
    args_.push_back({DNNL_ARG_SCRATCHPAD, scratchpad_.memory.get()});
  }

  /// `data` in the order of the bindings.
  void run(std::span<void* const> data) {
    const Scratch scratch(scratch_size_);
    place(scratchpad_, scratch);
    for (size_t i = 0; i < slots_.size(); ++i) {
      Slot& s = slots_[i];
      set(s.held, data[i]);
      if (!s.reorder) continue;
      place(s.inner, scratch);
      if (!s.output) convert(s, s.held, s.inner.memory);
    }
    check_status(
        dnnl_primitive_execute(primitive_.get(), stream(), static_cast<int>(args_.size()), args_.data()),
        "executing a primitive");
    for (Slot& s : slots_)
      if (s.reorder && s.output) convert(s, s.inner.memory, s.held);
  }

 private:
  struct Block {
    dnnl::memory memory;
    size_t offset = 0;
  };
  struct Slot {
    dnnl::memory held;
    Block inner;
    dnnl::reorder reorder;
    bool output = false;
  };

  void add(const dnnl::primitive_desc_base& pd, const Binding& b) {
    Slot s{dnnl::memory(b.held, engine(), DNNL_MEMORY_NONE), {}, {}, b.output};
    const Desc wanted = pd.query_md(dnnl::query::exec_arg_md, b.arg);
    if (wanted != b.held) {
      s.inner = reserve(wanted);
      const dnnl::memory &from = b.output ? s.inner.memory : s.held, &to = b.output ? s.held : s.inner.memory;
      s.reorder = dnnl::reorder(from, to);
    }
    args_.push_back({b.arg, (s.reorder ? s.inner.memory : s.held).get()});
    slots_.push_back(std::move(s));
  }

  Block reserve(const Desc& desc) {
    constexpr size_t kAlign = 64;
    Block block{dnnl::memory(desc, engine(), DNNL_MEMORY_NONE), scratch_size_};
    scratch_size_ += (desc.get_size() + kAlign - 1) / kAlign * kAlign;
    return block;
  }

  static void set(dnnl::memory& memory, void* data) {
    check_status(dnnl_memory_set_data_handle(memory.get(), data), "setting a memory handle");
  }
  static void place(Block& block, const Scratch& scratch) { set(block.memory, scratch.at(block.offset)); }

  static void convert(const Slot& s, const dnnl::memory& from, const dnnl::memory& to) {
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from.get()}, {DNNL_ARG_TO, to.get()}};
    check_status(dnnl_primitive_execute(s.reorder.get(), stream(), 2, args), "executing a reorder");
  }

  dnnl::primitive primitive_;
  std::vector<Slot> slots_;
  std::vector<dnnl_exec_arg_t> args_;
  Block scratchpad_;
  size_t scratch_size_ = 0;
};

// The plans of one thread, the least recently used dropped beyond the capacity. What is costly in a plan, the
// generated code, oneDNN itself shares between threads.
class PlanCache {
 public:
  template <class Make>
  Plan& get(const Key& key, Make make) {
    if (const auto found = index_.find(key); found != index_.end()) {
      plans_.splice(plans_.begin(), plans_, found->second);
      return plans_.front().second;
    }
    plans_.emplace_front(key, make());
    index_.emplace(key, plans_.begin());
    if (plans_.size() > kCapacity) {
      index_.erase(plans_.back().first);
      plans_.pop_back();
    }
    return plans_.front().second;
  }

 private:
  static constexpr size_t kCapacity = 512;
  std::list<std::pair<Key, Plan>> plans_;
  std::unordered_map<Key, decltype(plans_)::iterator, KeyHash> index_;
};

template <class Make>
void run_cached(const Key& key, std::initializer_list<const Operand*> operands, Make make) {
  thread_local PlanCache cache;
  std::array<void*, 4> data;
  size_t count = 0;
  for (const Operand* o : operands)
    if (o->data) data[count++] = o->data;
  try {
    cache.get(key, make).run({data.data(), count});
  } catch (const dnnl::error& e) {
    raise<RuntimeError>("oneDNN: ", e.what());
  }
}

// oneDNN compares strides of extents of 1 too: give them the value that they have in a dense tensor.
Desc desc_of(const Operand& o) {
  Shape strides = o.strides;
  int64_t span = 1;
  for (int i = 0; i < o.shape.ndim(); ++i) span = std::max(span, o.shape[i] * strides[i]);
  for (int i = 0; i < o.shape.ndim(); ++i)
    if (o.shape[i] == 1) strides[i] = span;
  return Desc(o.shape.vec(), dnnl::memory::data_type::f32, strides.vec());
}
Desc any_of(const Shape& shape) {
  return Desc(shape.vec(), dnnl::memory::data_type::f32, dnnl::memory::format_tag::any);
}

dnnl::primitive_attr user_scratchpad() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

#if DNNL_VERSION_MAJOR >= 3
template <class Primitive, class... Args>
typename Primitive::primitive_desc describe(const Args&... args) {
  return {engine(), args..., user_scratchpad()};
}
template <class Primitive, class Hint, class... Args>
typename Primitive::primitive_desc describe_backward(const Hint& hint, const Args&... args) {
  return {engine(), args..., hint, user_scratchpad()};
}
#else
template <class Primitive, class... Args>
typename Primitive::primitive_desc describe(const Args&... args) {
  return {typename Primitive::desc(args...), user_scratchpad(), engine()};
}
template <class Primitive, class Hint, class... Args>
typename Primitive::primitive_desc describe_backward(const Hint& hint, const Args&... args) {
  return {typename Primitive::desc(args...), user_scratchpad(), engine(), hint};
}
#endif

// The geometry of a convolution as oneDNN wants it.
struct Geometry {
  explicit Geometry(const Convolution& c) {
    for (const Window& w : c.windows) {
      strides.push_back(w.stride);
      dilates.push_back(w.dilation - 1);
      before.push_back(w.before);
      // What the last place really reaches: 'valid' may leave a rest that oneDNN's size rule would not
      // accept.
      after.push_back((w.out - 1) * w.stride + w.reach() - w.in - w.before);
    }
  }
  dnnl::memory::dims strides, dilates, before, after;
};

// (O, I, ...) as (G, O, I, ...).
Operand grouped(const Operand& weight, int64_t group) {
  if (group == 1) return weight;
  Operand g = weight;
  g.shape[0] /= group;
  g.shape.insert(0, group);
  g.strides.insert(0, g.shape[1] * weight.strides[0]);
  return g;
}

// Layouts of an image: channel by channel, channels innermost, or in blocks of 16 channels.
enum class Layout { kPlanes, kChannelsLast, kBlocks };
// Those on either side of a convolution.
struct Sides {
  Layout input, output;
};
constexpr Sides kAllPlanes{Layout::kPlanes, Layout::kPlanes},
    kAllChannelsLast{Layout::kChannelsLast, Layout::kChannelsLast};

Desc laid_out(const Shape& shape, Layout layout) {
  using Tag = dnnl::memory::format_tag;
  constexpr Tag kTags[2][3] = {{Tag::nchw, Tag::nhwc, Tag::nChw16c}, {Tag::ncdhw, Tag::ndhwc, Tag::nCdhw16c}};
  const Tag tag = kTags[shape.ndim() - 4][static_cast<int>(layout)];
  return Desc(shape.vec(), dnnl::memory::data_type::f32, tag);
}
Desc bias_desc(const Operand& bias) { return bias.data ? desc_of(bias) : Desc(); }

// Channels innermost is best almost everywhere; an image of few channels may come in planes.
Sides preferred(const Operand& x) {
  constexpr int64_t kFewChannels = 3;
  const int64_t plane = Shape(x.shape.begin() + 2, x.shape.end()).numel();
  const bool planes = x.strides.back() == 1 && x.strides[1] == plane && x.shape[1] <= kFewChannels;
  return {planes ? Layout::kPlanes : Layout::kChannelsLast, Layout::kChannelsLast};
}

// What `describe` makes of the first candidate for which oneDNN has more than its reference loops.
template <class Describe>
auto first_fast(std::initializer_list<Sides> candidates, Describe describe) {
  for (const Sides& sides : candidates) {
    auto pd = describe(sides);
    if (std::string_view(pd.impl_info_str()).substr(0, 3) != "ref") return pd;
  }
  return describe(*candidates.begin());
}

dnnl::convolution_forward::primitive_desc describe_forward(const Convolution& conv, const Desc& x,
                                                           const Desc& weight, const Desc& bias,
                                                           const Desc& out) {
  const Geometry g(conv);
  return describe<dnnl::convolution_forward>(dnnl::prop_kind::forward_training,
                                             dnnl::algorithm::convolution_direct, x, weight, bias, out,
                                             g.strides, g.dilates, g.before, g.after);
}

Plan plan_conv_forward(const Convolution& conv, const Operand& out, const Operand& x, const Operand& weight,
                       const Operand& bias) {
  const Operand w = grouped(weight, conv.group);
  const auto pd = first_fast({preferred(x), kAllChannelsLast, kAllPlanes}, [&](const Sides& s) {
    return describe_forward(conv, laid_out(x.shape, s.input), any_of(w.shape), bias_desc(bias),
                            laid_out(out.shape, s.output));
  });
  const Binding to{DNNL_ARG_DST, desc_of(out), true}, from{DNNL_ARG_SRC, desc_of(x)},
      by{DNNL_ARG_WEIGHTS, desc_of(w)};
  if (!bias.data) return Plan(pd, {to, from, by});
  return Plan(pd, {to, from, by, {DNNL_ARG_BIAS, desc_of(bias)}});
}

Plan plan_conv_input_grad(const Convolution& conv, const Operand& dx, const Operand& grad,
                          const Operand& weight) {
  const Operand w = grouped(weight, conv.group);
  const Geometry g(conv);
  const auto pd = first_fast({kAllChannelsLast, kAllPlanes}, [&](const Sides& s) {
    const Desc x = laid_out(dx.shape, s.input), y = laid_out(grad.shape, s.output), any = any_of(w.shape);
    return describe_backward<dnnl::convolution_backward_data>(describe_forward(conv, x, any, Desc(), y),
                                                              dnnl::algorithm::convolution_direct, x, any, y,
                                                              g.strides, g.dilates, g.before, g.after);
  });
  return Plan(pd, {{DNNL_ARG_DIFF_SRC, desc_of(dx), true},
                   {DNNL_ARG_DIFF_DST, desc_of(grad)},
                   {DNNL_ARG_WEIGHTS, desc_of(w)}});
}

Plan plan_conv_weight_grad(const Convolution& conv, const Operand& dw, const Operand& db, const Operand& x,
                           const Operand& grad) {
  const Operand w = grouped(dw, conv.group);
  const Geometry g(conv);
  const auto describe = [&](const Sides& s) {
    const Desc from = laid_out(x.shape, s.input), y = laid_out(grad.shape, s.output), any = any_of(w.shape),
               bias = bias_desc(db);
    return describe_backward<dnnl::convolution_backward_weights>(
        describe_forward(conv, from, any, bias, y), dnnl::algorithm::convolution_direct, from, any, bias, y,
        g.strides, g.dilates, g.before, g.after);
  };
  const auto pd =
      first_fast({preferred(x), kAllChannelsLast, {Layout::kPlanes, Layout::kBlocks}, kAllPlanes}, describe);
  const Binding weights{DNNL_ARG_DIFF_WEIGHTS, desc_of(w), true}, src{DNNL_ARG_SRC, desc_of(x)},
      dst{DNNL_ARG_DIFF_DST, desc_of(grad)};
  if (!db.data) return Plan(pd, {weights, src, dst});
  return Plan(pd, {weights, {DNNL_ARG_DIFF_BIAS, desc_of(db), true}, src, dst});
}

Plan plan_matmul(const Operand& out, const Operand& a, const Operand& b, const Operand& bias) {
  const Desc c = desc_of(out), left = desc_of(a), right = desc_of(b);
  const Binding to{DNNL_ARG_DST, c, true}, from{DNNL_ARG_SRC, left}, by{DNNL_ARG_WEIGHTS, right};
  if (!bias.data) return Plan(describe<dnnl::matmul>(left, right, c), {to, from, by});
  const Desc added = desc_of(bias);
  return Plan(describe<dnnl::matmul>(left, right, added, c), {to, from, by, {DNNL_ARG_BIAS, added}});
}

enum Kind { kMatmul, kConvForward, kConvInputGrad, kConvWeightGrad };

// Runs the plan for this call, made first if need be. What oneDNN sums over threads depends on their number,
// so a deterministic process gets one.
template <class Make, class... Operands>
void run(Kind kind, const Convolution* conv, Make make, const Operands&... operands) {
  const OneThreadScope one_thread(deterministic());
  Key key(kind);
  if (conv) key.add(*conv);
  (key.add(operands), ...);
  run_cached(key, {&operands...}, make);
}

}  // namespace

Operand Operand::transposed() const {
  Operand t = *this;
  const int last = shape.ndim() - 1;
  std::swap(t.shape[last], t.shape[last - 1]);
  std::swap(t.strides[last], t.strides[last - 1]);
  return t;
}

bool is_matrix_ready(const Tensor& t) {
  const Shape &shape = t.shape(), &strides = t.strides();
  const int row = t.ndim() - 2, column = t.ndim() - 1;
  for (int i = 0; i < t.ndim(); ++i)
    if (strides[i] <= 0 && shape[i] > 1) return false;
  const auto dense = [&](int inner, int outer) {
    return (strides[inner] == 1 || shape[inner] == 1) &&
           (strides[outer] >= shape[inner] || shape[outer] == 1);
  };
  return dense(column, row) || dense(row, column);
}

void matmul(const Operand& out, const Operand& a, const Operand& b, const Operand& bias) {
  run(
      kMatmul, nullptr, [&] { return plan_matmul(out, a, b, bias); }, out, a, b, bias);
}

void gemm_tn(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_row, const float* b, int64_t b_row,
             float beta, float* c, int64_t c_row) {
  check_status(dnnl_sgemm('T', 'N', m, n, k, 1, a, a_row, b, b_row, beta, c, c_row), "a matrix product");
}

bool has_wide_convolutions() {
  constexpr auto kWide = static_cast<unsigned>(dnnl_cpu_isa_avx512_core);
  return (static_cast<unsigned>(dnnl_get_effective_cpu_isa()) & kWide) == kWide;
}

void conv_forward(const Convolution& conv, const Operand& out, const Operand& x, const Operand& weight,
                  const Operand& bias) {
  run(
      kConvForward, &conv, [&] { return plan_conv_forward(conv, out, x, weight, bias); }, out, x, weight,
      bias);
}

void conv_input_grad(const Convolution& conv, const Operand& dx, const Operand& grad, const Operand& weight) {
  run(
      kConvInputGrad, &conv, [&] { return plan_conv_input_grad(conv, dx, grad, weight); }, dx, grad, weight);
}

void conv_weight_grad(const Convolution& conv, const Operand& dw, const Operand& db, const Operand& x,
                      const Operand& grad) {
  run(
      kConvWeightGrad, &conv, [&] { return plan_conv_weight_grad(conv, dw, db, x, grad); }, dw, db, x, grad);
}

}  // namespace nucella::cpu::onednn
