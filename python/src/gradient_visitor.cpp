// Functions of Python that see gradients pass by: HookBackward and InsertGradientOf.
#include "bind.h"
#include "convert.h"
#include "hook_functions.h"
#include "nucella/ops/callbacks.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::python {
namespace {

/// Hands gradients to a Python function, which may return others.
class GradientVisitor final : public BackwardCallback, PyFunction {
 public:
  GradientVisitor(nb::handle fn, const Tensors& tensors, bool as_tuple)
      : PyFunction(fn), as_tuple_(as_tuple) {
    for (const Tensor& t : tensors) metas_.push_back({t.dtype(), t.shape()});
  }

  Tensors backward(const Tensors&, const Tensors&, const Tensors& grads) override {
    Tensors given = grads;
    for (size_t i = 0; i < given.size(); ++i)
      if (!given[i].defined()) given[i] = zeros(metas_[i].shape, metas_[i].dtype);
    const nb::gil_scoped_acquire gil;
    const nb::object result = as_tuple_ ? call(to_python(given)) : call(to_python(given[0]));
    return result.is_none() ? given : checked(to_tensors(result, kWho, "the result of the function"));
  }

 private:
  static constexpr const char* kWho = "backward hook";

  Tensors checked(Tensors result) const {
    check<TypeError>(result.size() == metas_.size(), kWho, ": the function must return ", metas_.size(),
                     " gradients, got ", result.size());
    for (size_t i = 0; i < result.size(); ++i) {
      check<TypeError>(result[i].defined(), kWho, ": gradient ", i, " must be a Tensor, got None");
      check<ValueError>(result[i].shape() == metas_[i].shape && result[i].dtype() == metas_[i].dtype, kWho,
                        ": gradient ", i, " must be of shape ", metas_[i].shape, " and dtype ",
                        metas_[i].dtype, ", got ", result[i].shape(), " and ", result[i].dtype());
    }
    return result;
  }

  std::vector<Meta> metas_;
  bool as_tuple_;
};

}  // namespace

void bind_gradient_visitor(nb::module_& m) {
  m.def(
      "visit_gradients",
      [](nb::handle fn, nb::handle inputs, bool as_tuple) {
        const Tensors tensors = to_tensors(inputs, "HookBackward", "input");
        return to_python(
            ops::call_backward(tensors, std::make_shared<GradientVisitor>(fn, tensors, as_tuple)));
      },
      "fn"_any, "inputs"_any, "as_tuple"_a,
      "The Tensors unchanged; in the backward pass `fn` gets their gradients (as a tuple, or the only one) "
      "and may "
      "return others.");
}

}  // namespace nucella::python
