// Flags, train and inference mode, compute types and the other settings of a Cell.
#include "nucella/base/parallel.h"
#include "nucella/nn/cell_registry.h"
#include "nucella/nn/parameter_impl.h"
#include "nucella/ops/ops.h"

namespace nucella {

Cell& Cell::add_flags(const Flags& flags) {
  for (const auto& [name, value] : flags) {
    const auto known = std::ranges::find(flags_, name, &Flags::value_type::first);
    if (known != flags_.end()) {
      known->second = value;
    } else {
      flags_.emplace_back(name, value);
    }
  }
  return *this;
}

Cell& Cell::add_flags_recursive(const Flags& flags) {
  for (const auto& [path, cell] : cells_and_names()) cell->add_flags(flags);
  return *this;
}

const Value* Cell::find_flag(std::string_view name) const {
  const auto known = std::ranges::find(flags_, name, &Flags::value_type::first);
  return known == flags_.end() ? nullptr : &known->second;
}

Cell& Cell::set_train(bool mode) {
  for (const auto& [path, cell] : cells_and_names()) {
    cell->training_ = mode;
    cell->phase_ = mode ? "train" : "predict";
    cell->add_flags({{"training", mode}});
  }
  return *this;
}

Cell& Cell::set_grad(bool requires_grad) {
  requires_grad_ = requires_grad;
  return *this;
}

Cell& Cell::to_float(DType dst_type) {
  check<ValueError>(dst_type == float16 || dst_type == float32 || dst_type == bfloat16, described(),
                    ".to_float: 'dst_type' must be Float16, Float32 or BFloat16, got ", dst_type);
  for (const auto& [path, cell] : cells_and_names()) {
    cell->compute_type_ = dst_type;
    cell->add_flags(
        {{"fp16", dst_type == float16}, {"fp32", dst_type == float32}, {"bf16", dst_type == bfloat16}});
    cell->plain_ = false;
  }
  return *this;
}

Cell& Cell::set_precision(std::shared_ptr<const PrecisionPolicy> policy) {
  settings().precision = std::move(policy);
  return *this;
}

namespace {

Tensor cast_to(const Tensor& t, DType dtype) {
  return t.defined() && t.dtype() != dtype ? ops::cast(t, dtype) : t;
}

}  // namespace

Values Cell::auto_cast_inputs(const Values& inputs) const {
  if (!compute_type_) return inputs;
  Values out;
  for (const Value& input : inputs)
    out.push_back(input.map_tensors([&](const Tensor& t) {
      return t.defined() && is_floating(t.dtype()) ? cast_to(t, *compute_type_) : t;
    }));
  return out;
}

Values Cell::cast_inputs(const Values& inputs, DType dst_type) {
  Values out;
  for (const Value& input : inputs)
    out.push_back(input.map_tensors([&](const Tensor& t) { return cast_to(t, dst_type); }));
  return out;
}

Tensor Cell::cast_param(const Parameter& param) const {
  if (!compute_type_ || !param.defined() || !is_floating(param.dtype())) return param;
  return cast_to(param, *compute_type_);
}

Cell& Cell::set_comm_fusion(int64_t fusion_type, bool recurse) {
  check<ValueError>(fusion_type >= 0, described(), ".set_comm_fusion: 'fusion_type' must be >= 0, got ",
                    fusion_type);
  for (Parameter& param : trainable_params(recurse)) param.set_comm_fusion(fusion_type);
  return *this;
}

Cell& Cell::set_boost(std::string_view boost_type) {
  check<ValueError>(boost_type == "less_bn", described(), ".set_boost: 'boost_type' must be 'less_bn', got '",
                    boost_type, "'");
  return add_flags_recursive({{"less_bn", true}});
}

namespace {

constexpr int64_t kAlignment = 64;
int64_t aligned(int64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// Gives all of them one block of memory, each with a storage of its own, so that writing to one is not taken
// for writing to its neighbours.
void move_to_one_block(std::span<const Parameter> params) {
  int64_t bytes = 0;
  for (const Parameter& p : params) bytes += aligned(p.nbytes());
  const auto block = std::make_shared<Ref<Storage>>(Storage::allocate(static_cast<size_t>(bytes)));
  std::byte* at = (*block)->data();
  for (const Parameter& p : params) {
    const Tensor place = Tensor::view(Storage::borrow(at, static_cast<size_t>(p.nbytes()), block), p.shape(),
                                      contiguous_strides(p.shape()), 0, p.dtype());
    place.copy_from(p);
    static_cast<ParameterImpl*>(p.impl())->adopt(place);
    at += aligned(p.nbytes());
  }
}

}  // namespace

void Cell::flatten_weights(int64_t fusion_size) {
  check<ValueError>(fusion_size >= 0, described(), ".flatten_weights: 'fusion_size' must be >= 0, got ",
                    fusion_size);
  std::vector<Parameter> params = trainable_params();
  std::ranges::stable_sort(params, {}, [](const Parameter& p) { return p.dtype(); });
  for (size_t first = 0; first < params.size();) {
    size_t last = first;
    for (int64_t bytes = 0; last < params.size() && params[last].dtype() == params[first].dtype(); ++last) {
      bytes += aligned(params[last].nbytes());
      if (fusion_size > 0 && bytes > fusion_size && last > first) break;
    }
    move_to_one_block(std::span(params).subspan(first, last - first));
    first = last;
  }
}

}  // namespace nucella
