#include "nucella/train/resumable.h"

#include "nucella/base/random.h"

namespace nucella::train {
namespace {

template <class T>
NamedTensor scalar(const std::string& name, T value) {
  Tensor t = Tensor::empty({}, dtype_of<T>);
  *t.mutable_data<T>() = value;
  return {name, t, ""};
}

}  // namespace

NamedTensor number_entry(const std::string& name, int64_t value) { return scalar(name, value); }
NamedTensor number_entry(const std::string& name, double value) { return scalar(name, value); }

NamedTensors entries_of_optimizer(const nn::Optimizer& optimizer) {
  NamedTensors entries;
  for (Parameter p : optimizer.state()) entries.push_back({p.name(), p.init_data(), ""});
  const OpSeedState op_seeds = op_seed_state();
  entries.push_back(number_entry("train.op_seed", int64_t{op_seeds.seed}));
  entries.push_back(number_entry("train.op_seeds_drawn", static_cast<int64_t>(op_seeds.drawn)));
  return entries;
}

StoredState::StoredState(const NamedTensors& entries, const nn::Optimizer& optimizer) : entries_(entries) {
  for (const Parameter& p : optimizer.state()) values_.emplace_back(p, find(p.name(), p.shape()));
  for (const char* name : {"train.op_seed", "train.op_seeds_drawn"}) find(name, {});
}

const Tensor& StoredState::find(std::string_view name, const Shape& shape) const {
  for (const NamedTensor& e : entries_) {
    if (e.name != name || e.is_text()) continue;
    check<ValueError>(e.tensor.shape() == shape, "resume: '", name, "' must have the shape ", shape, ", got ",
                      e.tensor.shape());
    return e.tensor;
  }
  raise<ValueError>("resume: the checkpoint holds no '", name, "'; was it saved while training?");
}

int64_t StoredState::integer(const std::string& name) const { return find(name, {}).item<int64_t>(); }
double StoredState::real(const std::string& name) const { return find(name, {}).item<double>(); }

void StoredState::must_be(const std::string& name, int64_t ours) const {
  check<ValueError>(integer(name) == ours, "resume: '", name, "' was ", integer(name),
                    " when the checkpoint was saved, ", "now it is ", ours);
}

void StoredState::restore_optimizer() const {
  for (const auto& [parameter, value] : values_) Parameter(parameter).set_data(value);
  set_op_seed_state({static_cast<uint32_t>(integer("train.op_seed")),
                     static_cast<uint64_t>(integer("train.op_seeds_drawn"))});
}

}  // namespace nucella::train
