#include "nucella/grad/recompute.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "nucella/base/random.h"
#include "nucella/grad/recompute_scope.h"
#include "nucella/grad/tape.h"
#include "nucella/op/dispatch.h"
#include "nucella/op/precision.h"
#include "nucella/ops/callbacks.h"
#include "nucella/ops/ops.h"

namespace nucella {
namespace {

thread_local bool runs_plainly = false;
thread_local bool running_again = false;

class AgainScope {
 public:
  AgainScope() : before_(std::exchange(running_again, true)) {}
  ~AgainScope() { running_again = before_; }
  AgainScope(const AgainScope&) = delete;
  AgainScope& operator=(const AgainScope&) = delete;

 private:
  bool before_;
};

// A tensor that need not live, and the state of its data when it was noted.
class Noted {
 public:
  explicit Noted(const Tensor& t) : impl_(t.impl()) { impl_->add_weak(); }
  Noted(Noted&& other) noexcept
      : impl_(std::exchange(other.impl_, nullptr)), data_(other.data_), version_(other.version_) {}
  Noted& operator=(Noted&&) = delete;
  ~Noted() {
    if (impl_) impl_->release_weak();
  }

  const Shape& shape() const { return impl_->shape; }
  void note_data() {
    data_ = impl_->storage.get();
    version_ = data_ ? data_->version() : 0;
  }
  bool changed() const {
    const Storage* now = impl_->storage.get();
    return data_ && now && (now != data_ || now->version() != version_);
  }

 private:
  TensorImpl* impl_;
  const Storage* data_ = nullptr;
  uint32_t version_ = 0;
};

// Runs calls unseen by those below and notes the tensors from outside that are read.
class Reads final : public Interceptor {
 public:
  void on_call(const Call& call) override {
    for (const Tensor* t : call.in)
      if (t->defined() && !made_.contains(t->impl())) note(*t);
    run_kernels(call, entry_of(call.op));
    for (const Tensor& t : call.out) {
      const bool handed_through =
          std::ranges::any_of(call.in, [&](const Tensor* in) { return same(*in, t); });
      if (!handed_through && !made_.contains(t.impl())) made_.try_emplace(t.impl(), t);
    }
    const size_t updated = entry_of(call.op).def->updates.count(call.in.size());
    for (size_t i = 0; i < updated; ++i) written_.insert(call.in[i].impl());
  }

  /// Those that somebody below follows.
  const Tensors& followed() const { return followed_; }
  /// All that the computation itself leaves as they are, with their data as they are now.
  std::vector<Noted> take_unchanged() {
    std::vector<Noted> out;
    for (auto& [impl, noted] : read_) {
      if (written_.contains(impl)) continue;
      noted.note_data();
      out.push_back(std::move(noted));
    }
    return out;
  }

 private:
  void note(const Tensor& t) {
    if (read_.try_emplace(t.impl(), t).second && is_followed(t)) followed_.push_back(t);
  }

  // Held weakly, so that no other tensor gets the address of one.
  std::unordered_map<const TensorImpl*, Noted> made_, read_;
  std::unordered_set<const TensorImpl*> written_;
  Tensors followed_;
};

class Again final : public BackwardCallback {
 public:
  Again(std::function<Tensors()> fn, Tensors wanted, std::vector<Noted> reads, std::vector<uint64_t> seeds)
      : fn_(std::move(fn)), wanted_(std::move(wanted)), reads_(std::move(reads)), seeds_(std::move(seeds)) {}

  Tensors backward(const Tensors&, const Tensors&, const Tensors& grads) override {
    for (const Noted& t : reads_)
      check<RuntimeError>(!t.changed(), "recompute: a tensor of shape ", t.shape(),
                          " that the computation has read has since been changed in place");
    Tape tape(Tape::LeafHooks::kSkip);
    for (const Tensor& t : wanted_) tape.watch(t);
    Tensors outputs;
    {
      const TapeScope recording(tape);
      const OpSeedScope same_seeds(OpSeedScope::Does::kReplay, seeds_);
      const PrecisionScope same_precision(precision_);
      const AgainScope again;
      outputs = fn_();
    }
    check<RuntimeError>(outputs.size() == grads.size(), "recompute: the computation returned ", grads.size(),
                        " tensors at first and ", outputs.size(), " when it was run again");
    return tape.backward(outputs, grads, wanted_);
  }

 private:
  std::function<Tensors()> fn_;
  Tensors wanted_;
  std::vector<Noted> reads_;
  std::vector<uint64_t> seeds_;
  std::shared_ptr<const PrecisionPolicy> precision_ = current_precision();
};

}  // namespace

NoRecomputeScope::NoRecomputeScope() : before_(std::exchange(runs_plainly, true)) {}
NoRecomputeScope::~NoRecomputeScope() { runs_plainly = before_; }
bool recomputing() { return running_again; }

Tensors recompute(std::function<Tensors()> fn) {
  if (!top_interceptor() || runs_plainly) return fn();
  Reads reads;
  std::vector<uint64_t> seeds;
  Tensors outputs;
  {
    const InterceptorScope watching(reads);
    const OpSeedScope noting(OpSeedScope::Does::kRecord, seeds);
    outputs = fn();
  }
  for (const Tensor& t : outputs)
    check<RuntimeError>(t.defined(), "recompute: the computation returned an undefined tensor");
  // An input that is handed through unchanged was read by no op.
  Tensors tensors = reads.followed();
  for (const Tensor& t : outputs)
    if (is_followed(t) && std::ranges::none_of(tensors, [&](const Tensor& known) { return same(known, t); }))
      tensors.push_back(t);
  if (tensors.empty()) return outputs;
  const auto count = static_cast<int64_t>(tensors.size());
  auto again = std::make_shared<Again>(std::move(fn), tensors, reads.take_unchanged(), std::move(seeds));
  tensors.insert(tensors.end(), outputs.begin(), outputs.end());
  return ops::recompute(tensors, count, again);
}

}  // namespace nucella
