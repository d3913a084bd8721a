// OpDef: all rules of an op in one constant object. apply: the one door that every op call passes.
#pragma once
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "nucella/op/attr.h"
#include "nucella/tensor/tensor.h"

namespace nucella {

enum class Op : uint16_t;  // the enumerators are in ops/ops.h, made from ops/list.inc

/// The inputs of a call: references, not handles, so that a call costs no reference counting.
class Inputs {
 public:
  Inputs(std::span<const Tensor* const> pointers) : pointers_(pointers) {}
  const Tensor& operator[](size_t i) const { return *pointers_[i]; }
  size_t size() const { return pointers_.size(); }
  auto begin() const { return pointers_.begin(); }
  auto end() const { return pointers_.end(); }

 private:
  std::span<const Tensor* const> pointers_;
};

/// One call of an op. Absent optional inputs are undefined tensors; list inputs are laid out one after the
/// other.
struct Call {
  Op op;
  Inputs in;
  Attrs attrs;
  std::span<Tensor> out;
  /// In a vjp: bit i says that the gradient of input i is of use (the last bit stands for all further
  /// inputs).
  uint32_t wanted = ~0u;
  bool wants(size_t i) const { return wanted >> (i < 31 ? i : 31) & 1u; }
};

/// Which values an op's vjp reads, so that the tape lets go of the rest.
struct Saves {
  uint32_t in = ~0u;
  uint32_t out = ~0u;
};
constexpr Saves saves_in(std::initializer_list<int> ins) {
  Saves s{0, 0};
  for (int i : ins) s.in |= 1u << i;
  return s;
}
constexpr Saves saves_out(std::initializer_list<int> outs) {
  Saves s{0, 0};
  for (int i : outs) s.out |= 1u << i;
  return s;
}
constexpr Saves operator|(Saves a, Saves b) { return {a.in | b.in, a.out | b.out}; }
inline constexpr Saves kSavesAll{}, kSavesNone{0, 0};

enum class Effect : uint8_t {
  kNone,
  kMemory,  ///< changes the storage of an input (assign, optimizer updates)
  kIO,      ///< talks to the world (print)
};

/// The leading `numerator / denominator` of the inputs are updated in place and returned as outputs, if there
/// are any.
struct Updates {
  int numerator = 0;
  int denominator = 1;
  size_t count(size_t inputs) const { return inputs * numerator / denominator; }
};

using InferFn = void (*)(const Call& call, std::span<Meta> out);
using VjpFn = Tensors (*)(const Call& call, std::span<const Tensor> grads);

/// The rules of an op. `infer` is the only place that checks arguments; `vjp` is written with ops.
struct OpDef {
  const char* doc = "";
  /// MindSpore's name of the Primitive ("RealDiv"); empty for ops that have none.
  const char* primitive = "";
  /// Fills dtype and shape of every output. Throws what MindSpore throws for wrong arguments.
  InferFn infer = nullptr;
  /// Gradients of the inputs from those of the outputs (undefined: none arrived / none flows). Null: no
  /// gradient.
  VjpFn vjp = nullptr;
  Saves saves = kSavesAll;
  Effect effect = Effect::kNone;
  Updates updates = {};
  /// In-place ops that write every element of their first input without reading it.
  bool overwrites = false;
  /// Element-wise over broadcast inputs: the output takes over a common dense layout, and fusion may join it.
  bool elementwise = false;
  /// Tensor inputs are brought to their promoted dtype before anybody sees the call.
  bool promotes = false;
  /// Instead of a kernel: the output is a view of (or the same tensor as) the first input.
  Tensor (*view)(const Call& call) = nullptr;
  /// Instead of infer, vjp and kernels: the op spelled in other ops.
  void (*compose)(const Call& call) = nullptr;
  /// Number of outputs of an op listed with kVariadic outputs.
  int (*count_outputs)(const Call& call) = nullptr;
  /// Cases for the op laws; grammar in docs/add-an-op.md.
  const char* samples = "";
};

/// A kernel runs the call and returns nullptr, or refuses and says why. Only the last of a list may not
/// refuse.
struct Kernel {
  const char* name;
  const char* (*run)(const Call& call);
};
/// The kernels of an op, best first; the last is the plain reference.
struct KernelList {
  std::span<const Kernel> kernels;
  /// The kernel gives the outputs their storage itself (it chooses the layout); they come in as placeholders.
  bool allocates = false;
};

inline constexpr int kVariadic = -1;

/// A row of the op table.
struct OpEntry {
  const char* name;       ///< "conv2d"
  const char* signature;  ///< the C++ parameter list
  const char* attrs;      ///< "(stride, pad_mode)": the parameters that are attributes
  int outputs;            ///< or kVariadic
  const OpDef* def;
  const KernelList* cpu;  ///< null for views and composed ops
};
/// Every op, indexed by Op; defined in ops/table.cpp from ops/list.inc.
std::span<const OpEntry> op_table();
const OpEntry& entry_of(Op op);
/// The op that promotion calls; it stands here because this layer does not know the list. Defined with the
/// table.
extern const Op kCastOp;

/// The one door. Fills call.out, which holds as many undefined tensors as the op has outputs.
void apply(const Call& call);

/// Sees every call made on this thread while it is on top of the stack; may pass it down.
class Interceptor {
 public:
  Interceptor(const Interceptor&) = delete;
  Interceptor& operator=(const Interceptor&) = delete;
  virtual ~Interceptor() = default;
  virtual void on_call(const Call& call) = 0;
  /// True when it follows `t`, so that what is computed from `t` concerns it.
  virtual bool depends(const Tensor&) const { return false; }

 protected:
  Interceptor() = default;
  /// Hands the call to whoever is below, or to the kernels.
  void pass_down(const Call& call);

 private:
  friend class InterceptorScope;
  friend class BypassScope;
  friend void apply(const Call&);
  friend bool is_followed(const Tensor&);
  Interceptor* below_ = nullptr;
};

/// Puts an interceptor on top of this thread's stack for as long as it lives.
class InterceptorScope {
 public:
  explicit InterceptorScope(Interceptor& interceptor);
  ~InterceptorScope();
  InterceptorScope(const InterceptorScope&) = delete;
  InterceptorScope& operator=(const InterceptorScope&) = delete;

 private:
  Interceptor* interceptor_;
};

/// Hides all interceptors of this thread for as long as it lives: calls go straight to the kernels.
class BypassScope {
 public:
  BypassScope();
  ~BypassScope();
  BypassScope(const BypassScope&) = delete;
  BypassScope& operator=(const BypassScope&) = delete;

 private:
  Interceptor* saved_;
};

/// The interceptor on top, or null.
Interceptor* top_interceptor();
/// True when any interceptor of this thread follows `t`.
bool is_followed(const Tensor& t);

/// For hand-written calls (tests, generic code): owns what Call only refers to.
Tensors call_op(Op op, const Tensors& in, const std::vector<Attr>& attrs);

}  // namespace nucella
