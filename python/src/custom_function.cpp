// Functions of Python that bring their own derivative.
#include "nucella/nn/custom_function.h"

#include "bind.h"
#include "convert.h"
#include "hook_functions.h"

namespace nucella::python {
namespace {

Tensors tensors_of_attribute(nb::handle ctx, const char* name) {
  const nb::object value = nb::getattr(ctx, name, nb::none());
  return value.is_none() ? Tensors() : to_tensors(value, "_Function", name);
}

/// One call of a subclass of _Function; `ctx` is what its methods get.
class PyCustomFunction final : public CustomFunction {
 public:
  // `args`, `kwargs` and `result` are used by forward() only.
  PyCustomFunction(nb::handle cls, nb::handle ctx, nb::handle args, nb::handle kwargs, bool has_setup_context,
                   nb::object& result)
      : cls_(cls),
        ctx_(ctx),
        args_(args),
        kwargs_(kwargs),
        has_setup_context_(has_setup_context),
        result_(&result) {}

  Value forward(const Values&) override {
    set_needs_input_grad();
    const nb::object function = cls().attr("forward");
    const nb::tuple args = nb::borrow<nb::tuple>(args_);
    const nb::dict kwargs = nb::borrow<nb::dict>(kwargs_);
    nb::object& result = *result_;
    result = has_setup_context_ ? function(*args, **kwargs) : function(ctx(), *args, **kwargs);
    if (has_setup_context_) cls().attr("setup_context")(ctx(), args, result);
    dirty_tensors = tensors_of_attribute(ctx(), "dirty_tensors");
    non_differentiable = tensors_of_attribute(ctx(), "non_differentiable");
    materialize_grads = nb::cast<bool>(nb::getattr(ctx(), "materialize_grads", nb::bool_(true)));
    return to_value(result);
  }

  Value backward(const Values& grads) override {
    const nb::gil_scoped_acquire gil;
    nb::list arguments;
    arguments.append(ctx());
    for (const Value& grad : grads) arguments.append(to_python(grad));
    return to_value(cls().attr("backward")(*nb::tuple(arguments)));
  }

  std::string name() const override {
    const nb::gil_scoped_acquire gil;
    return nb::cast<std::string>(cls().attr("__name__"));
  }

 private:
  void set_needs_input_grad() {
    nb::list needs;
    for (const bool need : needs_input_grad) needs.append(need);
    nb::setattr(ctx(), "needs_input_grad", nb::tuple(needs));
  }

  nb::handle cls() const { return cls_.object(); }
  nb::handle ctx() const { return ctx_.object(); }

  PyFunction cls_, ctx_;
  nb::handle args_, kwargs_;
  bool has_setup_context_;
  nb::object* result_;
};

nb::object apply_function(nb::handle cls, nb::handle ctx, const nb::tuple& args, const nb::dict& kwargs,
                          bool has_setup_context) {
  nb::object result;
  const auto function = std::make_shared<PyCustomFunction>(cls, ctx, args, kwargs, has_setup_context, result);
  Values inputs = to_values(args);
  for (nb::handle value : kwargs.values()) inputs.push_back(to_value(value));
  const Value output = call_custom_function(function, inputs);
  const bool linked = std::ranges::find(function->needs_input_grad, true) != function->needs_input_grad.end();
  return linked ? to_python(output) : result;
}

}  // namespace

void bind_custom_function(nb::module_& m) {
  m.def("apply_function", &apply_function, "cls"_any, "ctx"_any, "args"_a, "kwargs"_a, "has_setup_context"_a,
        "Calls a subclass of _Function.");
}

}  // namespace nucella::python
