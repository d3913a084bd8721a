// Tape: an interceptor that notes the calls which depend on watched tensors, and walks them backward.
#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "nucella/op/op.h"

namespace nucella {

/// Records while a TapeScope keeps it on the stack. Tapes nest: the calls of an inner tape, and of its
/// backward pass, are seen by the tapes below it, so derivatives of any order come out of the same rules. An
/// in-place op that has a vjp is recorded as well: from then on the tensor stands for its new value.
class Tape final : public Interceptor {
 public:
  /// Whether backward() calls the hooks (grad/tensor_hook.h) of the tensors that it was told to watch. A tape
  /// that computes a part of somebody else's gradient leaves them to that one.
  enum class LeafHooks : bool { kSkip, kRun };
  explicit Tape(LeafHooks leaf_hooks = LeafHooks::kRun);
  ~Tape() override;

  /// Gradients will be wanted with respect to `t`.
  void watch(const Tensor& t);
  /// True when `t` is watched or was computed from something watched on this tape.
  bool depends(const Tensor& t) const override;
  /// True when `t` is watched and has not been changed in place since.
  bool watches(const Tensor& t) const;

  void on_call(const Call& call) override;

  /// Gradients of `outputs` with respect to `wrt`, weighted by `seeds` (one per output; undefined: ones).
  /// Entries to which no gradient flows are undefined, but zeros when the tensor has hooks. Hooks see a
  /// gradient when it is complete and may replace it. Frees the record as it goes unless `keep`. Call it
  /// outside this tape's scope. RuntimeError when a saved value has been changed in place since.
  Tensors backward(const Tensors& outputs, const Tensors& seeds, const Tensors& wrt, bool keep = false);

  /// Number of calls recorded.
  size_t size() const;

 private:
  static constexpr uint32_t kNone = ~0u;
  struct Record;
  // A tensor that was not made on this tape. `watched` is the index whose gradient the user asked for;
  // `current` moves on when the tensor is written in place.
  struct Leaf {
    uint32_t watched;
    uint32_t current;
    Tensor tensor;
    bool given = false;  // by watch()
  };
  uint32_t find(const Tensor& t) const { return t.defined() ? find(*t.impl()) : kNone; }
  uint32_t find(const TensorImpl& t) const;
  uint32_t find_watched(const Tensor& t) const { return t.defined() ? find_watched(*t.impl()) : kNone; }
  uint32_t find_watched(const TensorImpl& t) const;
  uint32_t mark(const Tensor& t);
  uint32_t mark_updated(const Tensor& t);
  std::shared_ptr<Attachment> hooks_of(const TensorImpl& t, uint32_t index) const;
  Tensors hooked_before_update(const Call& call);

  uint32_t serial_;
  LeafHooks leaf_hooks_;
  uint32_t next_ = 0;  // gradient indices handed out
  std::unordered_map<const void*, Leaf> leaves_;
  // Hooks of values that an in-place op has replaced since, by gradient index.
  std::unordered_map<uint32_t, std::shared_ptr<Attachment>> old_hooks_;
  std::vector<uint32_t> found_;  // of the call at hand: what find() says of each input
  std::unique_ptr<Record> record_;
};

/// Opens a Tape for the scope's duration.
class TapeScope {
 public:
  explicit TapeScope(Tape& tape);
  ~TapeScope();
  TapeScope(const TapeScope&) = delete;
  TapeScope& operator=(const TapeScope&) = delete;

 private:
  friend bool is_watched(const Tensor& t);
  const Tape& tape_;
  InterceptorScope scope_;
  TapeScope* below_;
};

/// True when an open tape of this thread watches `t`.
bool is_watched(const Tensor& t);

}  // namespace nucella
