#include "nucella/op/dispatch.h"

#include <array>

#include "nucella/tensor/mapping.h"

namespace nucella {
namespace {

constexpr size_t kInlineOutputs = 4;

// The layout that an element-wise result takes over: that of the first input of full shape, if it is dense
// and all other inputs of full shape agree with it.
const Shape* common_layout(const Call& call, const Meta& meta) {
  const Shape* strides = nullptr;
  for (const Tensor* t : call.in) {
    if (!t->defined() || t->shape() != meta.shape) continue;
    if (!strides) {
      if (t->is_contiguous() || !t->is_dense()) return nullptr;
      strides = &t->strides();
    } else if (!(t->strides() == *strides)) {
      return nullptr;
    }
  }
  return strides;
}

void prepare_inputs(const Call& call, const OpEntry& entry) {
  bool overwrite = entry.def->overwrites;
  for (const Tensor* t : call.in) {
    if (t->defined() && !t->has_data()) t->prepare(entry.name, overwrite);
    overwrite = false;
  }
}

void make_outputs(const Call& call, const OpEntry& entry, std::span<const Meta> metas) {
  const size_t updated = entry.def->updates.count(call.in.size());
  for (size_t i = 0; i < call.out.size(); ++i) {
    if (i < updated) {
      call.out[i] = call.in[i];
    } else if (entry.cpu->allocates) {
      call.out[i] = Tensor::placeholder(metas[i].shape, metas[i].dtype);
    } else if (const Shape* layout = entry.def->elementwise ? common_layout(call, metas[i]) : nullptr) {
      call.out[i] = Tensor::empty_strided(metas[i].shape, *layout, metas[i].dtype);
    } else {
      call.out[i] = Tensor::empty(metas[i].shape, metas[i].dtype);
    }
  }
}

void mark_updates(const Call& call, const OpEntry& entry) {
  const size_t updated = entry.def->updates.count(call.in.size());
  for (size_t i = 0; i < updated; ++i) call.in[i].mark_written();
}

void run_first_willing(const Call& call, const OpEntry& entry) {
  for (const Kernel& kernel : entry.cpu->kernels)
    if (kernel.run(call) == nullptr) return check_mappings({call.in.begin(), call.in.end()});
  std::string reasons;
  for (const Kernel& kernel : entry.cpu->kernels)
    reasons += str(" ", kernel.name, ": ", kernel.run(call), ";");
  raise<NotImplementedError>(entry.name, ": no kernel takes this call:", reasons);
}

template <class Run>
void with_outputs(const Call& call, const OpEntry& entry, Run run) {
  std::array<Meta, kInlineOutputs> few;
  std::vector<Meta> many;
  std::span<Meta> metas(few.data(), std::min(call.out.size(), kInlineOutputs));
  if (call.out.size() > kInlineOutputs) {
    many.resize(call.out.size());
    metas = many;
  }
  entry.def->infer(call, metas);
  prepare_inputs(call, entry);
  try {
    make_outputs(call, entry, metas);
    run();
  } catch (...) {
    for (Tensor& t : call.out) t = {};
    throw;
  }
  mark_updates(call, entry);
}

}  // namespace

void run_kernels(const Call& call, const OpEntry& entry) {
  if (entry.def->view) {
    std::array<Meta, 1> meta;
    entry.def->infer(call, meta);
    prepare_inputs(call, entry);
    call.out[0] = entry.def->view(call);
    return;
  }
  with_outputs(call, entry, [&] { run_first_willing(call, entry); });
}

const char* run_one_kernel(const Call& call, const OpEntry& entry, int which) {
  const auto kernels = entry.cpu->kernels;
  const Kernel& kernel = kernels[which < 0 ? kernels.size() + which : static_cast<size_t>(which)];
  const char* refusal = nullptr;
  with_outputs(call, entry, [&] { refusal = kernel.run(call); });
  return refusal;
}

}  // namespace nucella
