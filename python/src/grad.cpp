// Gradients of Python functions: what stands behind grad, value_and_grad, vjp, jvp and GradOperation.
#include <list>

#include "bind.h"
#include "convert.h"
#include "nucella/base/context.h"
#include "nucella/grad/no_grad.h"
#include "nucella/nn/value_grad.h"
#include "nucella/nn/value_jvp.h"

namespace nucella::python {
namespace {

// All Tensors in nested tuples, lists and dicts, also of derived types.
void collect_tensors(nb::handle object, Values& out) {
  PyObject* const o = object.ptr();
  if (const Tensor* t = tensor_of(object)) {
    out.emplace_back(*t);
  } else if (PyTuple_Check(o) || PyList_Check(o)) {
    for (nb::handle item : nb::borrow<nb::object>(object)) collect_tensors(item, out);
  } else if (PyDict_Check(o)) {
    for (nb::handle item : nb::borrow<nb::dict>(object).values()) collect_tensors(item, out);
  }
}

Value tensors_in(nb::handle object) {
  Values out;
  collect_tensors(object, out);
  return out;
}

bool is_mutable(nb::handle object) {
  return (PyTuple_Check(object.ptr()) || PyList_Check(object.ptr()) || PyDict_Check(object.ptr())) &&
         nb::hasattr(object, "__ms_mutable__");
}

Value structure_of(nb::handle object) {
  PyObject* const o = object.ptr();
  if (PyTuple_Check(o) || PyList_Check(o)) {
    Values items;
    for (nb::handle item : nb::borrow<nb::object>(object)) items.push_back(structure_of(item));
    return PyList_Check(o) ? Value(ValueList{std::move(items)}) : Value(std::move(items));
  }
  if (PyDict_Check(o)) {
    ValueDict out;
    for (auto [key, item] : nb::borrow<nb::dict>(object))
      out.emplace_back(nb::cast<std::string>(nb::str(key)), structure_of(item));
    return out;
  }
  return to_value(object);
}

// As MindSpore has it: Tensors are differentiated by, and in GRAPH_MODE also containers that mutable() has
// made.
Value argument_of(nb::handle object) {
  if (const Tensor* t = tensor_of(object)) return *t;
  if (execution_mode() == Mode::kGraph && is_mutable(object)) return structure_of(object);
  return {};
}

Values arguments_of(nb::handle args, nb::handle kwargs) {
  Values out;
  for (nb::handle arg : nb::borrow<nb::tuple>(args)) out.push_back(argument_of(arg));
  if (kwargs.ptr())
    for (nb::handle arg : nb::borrow<nb::dict>(kwargs).values()) out.push_back(argument_of(arg));
  return out;
}

void check_callable(nb::handle fn) {
  check<TypeError>(PyCallable_Check(fn.ptr()), "The fn should be callable, but got ", object_type(fn));
}

nb::object call(nb::handle fn, nb::handle args, nb::handle kwargs) {
  PyObject* result = PyObject_Call(fn.ptr(), args.ptr(), kwargs.ptr());
  if (!result) nb::raise_python_error();
  return nb::steal(result);
}

// The output that is differentiated.
nb::object main_output(const nb::object& result, bool has_aux) {
  if (!has_aux) return result;
  check<ValueError>(PyTuple_Check(result.ptr()) && PyTuple_GET_SIZE(result.ptr()) > 1,
                    "When has_aux is True, origin fn requires more than one outputs.");
  return nb::borrow(PyTuple_GET_ITEM(result.ptr(), 0));
}

GradTargets targets_of(nb::handle inputs, nb::handle weights, bool by_weights, bool return_ids) {
  GradTargets out;
  out.return_ids = return_ids;
  if (inputs.is_none()) {
    out.inputs = GradTargets::Inputs::kNone;
  } else if (nb::isinstance<nb::str>(inputs)) {
    out.inputs =
        nb::cast<std::string>(inputs) == "all" ? GradTargets::Inputs::kAll : GradTargets::Inputs::kFirst;
  } else {
    out.inputs = GradTargets::Inputs::kPositions;
    out.positions = nb::cast<std::vector<int>>(inputs);
  }
  if (!by_weights) return out;
  if (weights.is_none()) {
    out.weights = GradTargets::Weights::kUsed;
  } else if (const Tensor* one = tensor_of(weights)) {
    out.weights = GradTargets::Weights::kOne;
    out.weight_list = {*one};
  } else {
    out.weights = GradTargets::Weights::kMany;
    out.weight_list = to_tensors(weights, "grad", "weights");
  }
  return out;
}

// Hooks and bprops written in Python take the GIL when they are called.
Value gradients_unlocked(RecordedRun& run, const Value& sens, bool keep) {
  const nb::gil_scoped_release unlocked;
  return run.gradients(sens, keep);
}

/// A run that vjp() keeps for its gradients.
class KeptRun {
 public:
  explicit KeptRun(RecordedRun run) : run_(std::move(run)) {}
  nb::object gradients(nb::args sens) { return to_python(gradients_unlocked(run_, tensors_in(sens), true)); }

 private:
  RecordedRun run_;
};

/// By what a function is differentiated and what comes back.
class Differentiation {
 public:
  Differentiation(nb::handle inputs, nb::handle weights, bool by_weights, bool get_value, bool has_aux,
                  bool return_ids, bool sens_param)
      : targets_(targets_of(inputs, weights, by_weights, return_ids)),
        get_value_(get_value),
        has_aux_(has_aux),
        sens_param_(sens_param) {
    check_grad_enabled();
  }

  nb::object run(nb::handle fn, nb::tuple args, nb::dict kwargs) const {
    check_callable(fn);
    nb::object sens = sens_param_ ? take_sens(args, kwargs) : nb::none();
    nb::object result;
    RecordedRun recorded = record(fn, args, kwargs, result);
    const nb::object grads = to_python(gradients_unlocked(recorded, sens_value(sens), false));
    if (get_value_) return nb::make_tuple(result, grads);
    if (has_aux_) return nb::make_tuple(grads, nb::steal(PyTuple_GetSlice(result.ptr(), 1, PY_SSIZE_T_MAX)));
    return grads;
  }

  // The value, and what computes gradients of it.
  nb::tuple keep(nb::handle fn, nb::tuple args) const {
    check_callable(fn);
    nb::object result;
    RecordedRun recorded = record(fn, args, nb::dict(), result);
    return nb::make_tuple(result, nb::cast(KeptRun(std::move(recorded)), nb::rv_policy::move));
  }

 private:
  RecordedRun record(nb::handle fn, const nb::tuple& args, const nb::dict& kwargs, nb::object& result) const {
    return {[&] {
              result = call(fn, args, kwargs);
              return tensors_in(main_output(result, has_aux_));
            },
            arguments_of(args, kwargs), targets_};
  }

  static nb::object take_sens(nb::tuple& args, nb::dict& kwargs) {
    if (kwargs.contains("sens")) {
      kwargs = nb::borrow<nb::dict>(kwargs.attr("copy")());
      return kwargs.attr("pop")("sens");
    }
    const size_t count = args.size();
    check<IndexError>(count > 0,
                      "grad: with 'sens_param' the last argument must be the gradient of the output, got "
                      "no argument");
    nb::object sens = args[count - 1];
    args = nb::steal<nb::tuple>(PyTuple_GetSlice(args.ptr(), 0, static_cast<Py_ssize_t>(count - 1)));
    return sens;
  }

  Value sens_value(nb::handle sens) const {
    if (!sens_param_) return {};
    check<RuntimeError>(!sens.is_none(), "grad: 'sens' must be a Tensor or a tuple of Tensors, got None");
    return tensors_in(sens);
  }

  GradTargets targets_;
  bool get_value_, has_aux_, sens_param_;
};

// Tensors of a Tensor, tuple or list.
Values tensor_sequence(nb::handle object) {
  if (PyTuple_Check(object.ptr()) || PyList_Check(object.ptr())) return to_values(object);
  return {to_value(object)};
}

/// A Python function at a point, with its derivative.
class LinearizedFunction {
 public:
  LinearizedFunction(nb::handle fn, nb::handle inputs, bool has_aux)
      : LinearizedFunction(fn, as_tuple(inputs), has_aux) {}

  nb::object jvp(nb::handle tangents) { return to_python(point_.jvp(tensor_sequence(tangents))); }
  nb::object jacobian(const std::vector<int>& positions, bool forward) {
    return to_python(
        nucella::jacobian(point_, positions, forward ? JacobianMode::kForward : JacobianMode::kReverse));
  }
  nb::object value() const { return result_; }

 private:
  LinearizedFunction(nb::handle fn, nb::tuple inputs, bool has_aux)
      : point_(
            [&] {
              check_callable(fn);
              result_ = call(fn, inputs, {});
              const nb::object main = main_output(result_, has_aux);
              return PyTuple_Check(main.ptr()) ? Value(to_values(main)) : to_value(main);
            },
            to_values(inputs)) {}

  static nb::tuple as_tuple(nb::handle inputs) {
    if (PyTuple_Check(inputs.ptr()) || PyList_Check(inputs.ptr())) return nb::tuple(nb::borrow(inputs));
    return nb::make_tuple(inputs);
  }

  nb::object result_;
  Linearization point_;
};

/// `with` blocks and functions without gradients.
class NoGrad {
 public:
  void enter() { scopes_.emplace_back(); }
  NoGrad() = default;
  NoGrad(const NoGrad&) = delete;
  void exit() {
    check<RuntimeError>(!scopes_.empty(), "_no_grad: left more often than entered");
    scopes_.pop_back();
  }

 private:
  std::list<NoGradScope> scopes_;
};

}  // namespace

void bind_grad(nb::module_& m) {
  nb::class_<Differentiation>(m, "Differentiation",
                              "By what a function is differentiated and what comes back.")
      .def(nb::init<nb::handle, nb::handle, bool, bool, bool, bool, bool>(), "inputs"_a.none(),
           "weights"_a.none(), "by_weights"_a, "get_value"_a = false, "has_aux"_a = false,
           "return_ids"_a = false, "sens_param"_a = false,
           "`inputs`: \"first\", \"all\", a tuple of positions or None; `weights`: a Parameter, several, or "
           "None for "
           "those that are used.")
      .def("run", &Differentiation::run, "fn"_a.none(), "args"_a, "kwargs"_a,
           "Runs `fn` and differentiates it.")
      .def("keep", &Differentiation::keep, "fn"_a.none(), "args"_a,
           "The result of `fn`, and the run to ask for gradients.");
  nb::class_<KeptRun>(m, "KeptRun", "A run of a function that was kept for its gradients.")
      .def("gradients", &KeptRun::gradients, "sens"_a, "The gradients, given those of the outputs.");
  nb::class_<LinearizedFunction>(m, "LinearizedFunction", "A function at a point, with its derivative.")
      .def(nb::init<nb::handle, nb::handle, bool>(), "fn"_a.none(), "inputs"_any, "has_aux"_a = false)
      .def("jvp", &LinearizedFunction::jvp, "tangents"_any, "The derivative along the tangents.")
      .def("jacobian", &LinearizedFunction::jacobian, "positions"_a, "forward"_a,
           "The derivatives of every output element by every element of the inputs at `positions`.")
      .def_prop_ro("value", &LinearizedFunction::value, "What the function returned.");
  nb::class_<NoGrad>(m, "NoGrad", "Blocks whose calls have no gradient.")
      .def(nb::init<>())
      .def("enter", &NoGrad::enter)
      .def("exit", &NoGrad::exit);
  m.def("grad_enabled", &grad_enabled, "False within a block without gradients.");
  m.def(
      "get_grad",
      [](nb::handle gradients, nb::handle identifier) {
        return to_python(get_grad(to_value(gradients), to_value(identifier)));
      },
      "gradients"_a.none(), "identifier"_a.none(), "The gradient with that position or Parameter.");
}

}  // namespace nucella::python
