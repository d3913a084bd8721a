// Optimizers, learning rates, and the cell of one training step.
#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

using nn::LearningRate;
using nn::OptimizerParams;
using nn::ParamGroup;

/// What a LearningRateSchedule subclass of Python is in C++: `construct(global_step)` gives the rate.
class PySchedule : public nn::LearningRateSchedule {
 public:
  Tensor construct(const Tensor& global_step) override {
    return construct_values({Value(global_step)}).as<Tensor>("LearningRateSchedule");
  }

 protected:
  // Reached when Python does not override construct.
  Value construct_values(const Values&) override {
    raise<NotImplementedError>("LearningRateSchedule.construct: every subclass writes its own");
  }
};

/// What an Optimizer subclass of Python is in C++: `construct(gradients)` changes the parameters.
class PyOptimizer : public nn::Optimizer {
 public:
  PyOptimizer(const OptimizerParams& params, const LearningRate& learning_rate, nn::OptimizerOptions options)
      : Optimizer("Optimizer", params, learning_rate, options) {}

 protected:
  void update(const Group&, const Tensors&, const Tensor&) override {
    raise<NotImplementedError>("Optimizer.construct: every subclass writes its own");
  }
};

LearningRate rate_from(nb::handle object, const char* who) {
  if (const Tensor* tensor = tensor_of(object)) return LearningRate(*tensor);
  if (Cell* cell = cell_of(object)) {
    auto* schedule = dynamic_cast<nn::LearningRateSchedule*>(cell);
    if (!schedule)
      raise<TypeError>("For '", who, "', 'learning_rate' must be a LearningRateSchedule, got ",
                       object_type(object));
    const CellPtr owner = to_cell(object, who, "learning_rate");
    return LearningRate(std::shared_ptr<nn::LearningRateSchedule>(owner, schedule));
  }
  if (PyFloat_Check(object.ptr()) || (PyLong_Check(object.ptr()) && !PyBool_Check(object.ptr())))
    return LearningRate(PyFloat_AsDouble(object.ptr()));
  if (!PyObject_HasAttrString(object.ptr(), "__iter__") || PyUnicode_Check(object.ptr()))
    raise<TypeError>("For '", who,
                     "', 'learning_rate' must be a float, list, Tensor or LearningRateSchedule, got ",
                     object_type(object));
  std::vector<float> table;
  for (nb::handle item : nb::borrow<nb::object>(object))
    table.push_back(static_cast<float>(ArgumentReader(who).number(item, "learning_rate")));
  return LearningRate(std::move(table));
}

ParamGroup group_from(nb::handle dict, const char* who) {
  const ArgumentReader read(who);
  ParamGroup group;
  for (auto [key, value] : nb::borrow<nb::dict>(dict)) {
    const std::string name = read.text(key, "key of a parameter group");
    if (name == "params") {
      group.params = read.parameters(value, "params");
    } else if (name == "lr") {
      group.lr = rate_from(value, who);
    } else if (name == "weight_decay") {
      group.weight_decay = read.number(value, "weight_decay");
    } else if (name == "grad_centralization") {
      group.grad_centralization = read.boolean(value, "grad_centralization");
    } else if (name == "order_params") {
      group.order_params = read.parameters(value, "order_params");
    } else {
      raise<KeyError>("For '", who, "', a parameter group has no entry '", name, "'");
    }
  }
  return group;
}

OptimizerParams params_from(nb::handle object, const char* who) {
  if (parameter_of(object) || !PyObject_HasAttrString(object.ptr(), "__iter__") ||
      PyUnicode_Check(object.ptr()))
    raise<TypeError>("For '", who, "', 'params' must be a list of Parameters or of dicts, got ",
                     object_type(object));
  std::vector<Parameter> parameters;
  std::vector<ParamGroup> groups;
  for (nb::handle item : nb::borrow<nb::object>(object)) {
    const Parameter* parameter = parameter_of(item);
    if (PyDict_Check(item.ptr()) && parameters.empty()) {
      groups.push_back(group_from(item, who));
    } else if (parameter && groups.empty()) {
      parameters.push_back(*parameter);
    } else {
      raise<TypeError>("For '", who,
                       "', 'params' must be a list of Parameters or of dicts, got a list with a ",
                       object_type(item));
    }
  }
  return groups.empty() ? OptimizerParams(std::move(parameters)) : OptimizerParams(std::move(groups));
}

template <class O>
auto optimizer_class(nb::module_& m, const char* name, const char* doc) {
  return cell_class<O, nn::Optimizer>(m, name, doc);
}

nb::object parameters_of(nb::handle self) {
  nb::list out;
  for (const nb::object& p : parameter_objects(self, nb::inst_ptr<nn::Optimizer>(self)->parameters()))
    out.append(p);
  return nb::module_::import_("nucella.common.parameter").attr("ParameterTuple")(out);
}

void bind_base(nb::module_& m) {
  nb::class_<nn::Optimizer, Cell, PyCellOf<PyOptimizer>>(
      m, "Optimizer",
      R"(Base of the cells that change parameters by their gradients: ``optimizer(gradients)``.

A subclass in Python writes ``construct(gradients)``.

Args:
    learning_rate (float, list, Tensor, LearningRateSchedule): The rate.
    parameters (list): Parameters, or dicts of groups.
    weight_decay (float): Default: 0.0.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> class Plain(nn.Optimizer):
    ...     def construct(self, gradients):
    ...         for parameter, gradient in zip(self.parameters, gradients):
    ...             ops.assign_sub(parameter, self.get_lr() * gradient)
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> Plain(0.5, [weight])((Tensor([1.0]),))
    >>> print(weight.value())
    [0.5])",
      cell_slots())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Optimizer> self, nb::handle learning_rate,
                                nb::handle parameters, nb::handle weight_decay, nb::handle loss_scale) {
             constexpr ArgumentReader read("Optimizer");
             new (self.p) PyCellOf<PyOptimizer>(
                 self.h.ptr(), params_from(parameters, "Optimizer"), rate_from(learning_rate, "Optimizer"),
                 nn::OptimizerOptions{.weight_decay = read.number(weight_decay, "weight_decay"),
                                      .loss_scale = read.number(loss_scale, "loss_scale")});
           }),
           "learning_rate"_any, "parameters"_any, "weight_decay"_any = 0.0, "loss_scale"_any = 1.0)
      .def(
          "get_lr", [](nn::Optimizer& self) { return to_python(self.get_lr()); },
          "The rate of the next step: a float32 scalar.")
      .def_prop_ro("parameters", &parameters_of,
                   "The parameters that it changes, in the order of the gradients.")
      .def_prop_ro("is_group", &nn::Optimizer::is_group)
      .def_prop_ro("is_group_lr", &nn::Optimizer::is_group_lr)
      .def_prop_ro("is_group_params_ordered", &nn::Optimizer::is_group_params_ordered)
      .def_prop_ro("dynamic_lr", &nn::Optimizer::dynamic_lr);
  nb::class_<nn::LearningRateSchedule, Cell, PyCellOf<PySchedule>>(
      m, "LearningRateSchedule",
      R"(Base of learning rates that follow the step: subclasses write ``construct(global_step)``.

Examples:
    >>> class Halving(nn.LearningRateSchedule):
    ...     def construct(self, global_step):
    ...         return 0.1 * 0.5 ** global_step
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.SGD([weight], learning_rate=Halving())
    >>> _ = optimizer((Tensor([1.0]),))
    >>> print(weight.value())
    [0.9])",
      cell_slots())
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::LearningRateSchedule> self) {
             new (self.p) PyCellOf<PySchedule>(self.h.ptr());
           }));
}

void bind_optimizers_of_step_one(nb::module_& m) {
  optimizer_class<nn::SGD>(
      m, "SGD",
      R"(v = momentum * v + (1 - dampening) * g; w -= lr * v, or lr * (g + momentum * v) with nesterov.

Args:
    params (list): Parameters, or dicts with "params", "lr", "weight_decay", "grad_centralization", "order_params".
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.1.
    momentum (float): Default: 0.0.
    dampening (float): Default: 0.0.
    weight_decay (float): Default: 0.0.
    nesterov (bool): Default: False.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.SGD([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> print(weight.value())
    [0.5])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::SGD> self, nb::handle params,
                                nb::handle learning_rate, nb::handle momentum, nb::handle dampening,
                                nb::handle weight_decay, nb::handle nesterov, nb::handle loss_scale) {
             constexpr ArgumentReader read("SGD");
             init_cell(self, params_from(params, "SGD"), rate_from(learning_rate, "SGD"),
                       nn::SGDOptions{.momentum = read.number(momentum, "momentum"),
                                      .dampening = read.number(dampening, "dampening"),
                                      .weight_decay = read.number(weight_decay, "weight_decay"),
                                      .nesterov = read.boolean(nesterov, "nesterov"),
                                      .loss_scale = read.number(loss_scale, "loss_scale")});
           }),
           "params"_any, "learning_rate"_any = 0.1, "momentum"_any = 0.0, "dampening"_any = 0.0,
           "weight_decay"_any = 0.0, "nesterov"_any = false, "loss_scale"_any = 1.0);
  optimizer_class<nn::Momentum>(
      m, "Momentum", R"(v = momentum * v + g; w -= lr * v, or lr * (g + momentum * v) with use_nesterov.

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): The rate.
    momentum (float): At least 0.
    weight_decay (float): Default: 0.0.
    loss_scale (float): Default: 1.0.
    use_nesterov (bool): Default: False.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Momentum([weight], learning_rate=0.5, momentum=0.9)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> print(weight.value())
    [0.5])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Momentum> self, nb::handle params,
                                nb::handle learning_rate, nb::handle momentum, nb::handle weight_decay,
                                nb::handle loss_scale, nb::handle use_nesterov) {
             constexpr ArgumentReader read("Momentum");
             init_cell(self, params_from(params, "Momentum"), rate_from(learning_rate, "Momentum"),
                       read.number(momentum, "momentum"),
                       nn::MomentumOptions{.weight_decay = read.number(weight_decay, "weight_decay"),
                                           .loss_scale = read.number(loss_scale, "loss_scale"),
                                           .use_nesterov = read.boolean(use_nesterov, "use_nesterov")});
           }),
           "params"_any, "learning_rate"_any, "momentum"_any, "weight_decay"_any = 0.0,
           "loss_scale"_any = 1.0, "use_nesterov"_any = false);
  optimizer_class<nn::Adam>(
      m, "Adam",
      R"(m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps).

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 1e-3.
    beta1 (float): In (0, 1). Default: 0.9.
    beta2 (float): In (0, 1). Default: 0.999.
    eps (float): Greater than 0. Default: 1e-8.
    use_locking (bool): Of no effect. Default: False.
    use_nesterov (bool): Default: False.
    weight_decay (float): Joins the gradient. Default: 0.0.
    loss_scale (float): Default: 1.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Adam([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight), 4)
    0.5)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Adam> self, nb::handle params,
                                nb::handle learning_rate, nb::handle beta1, nb::handle beta2, nb::handle eps,
                                nb::handle use_locking, nb::handle use_nesterov, nb::handle weight_decay,
                                nb::handle loss_scale) {
             constexpr ArgumentReader read("Adam");
             read.boolean(use_locking, "use_locking");
             init_cell(self, params_from(params, "Adam"), rate_from(learning_rate, "Adam"),
                       nn::AdamOptions{.beta1 = read.number(beta1, "beta1"),
                                       .beta2 = read.number(beta2, "beta2"),
                                       .eps = read.number(eps, "eps"),
                                       .use_nesterov = read.boolean(use_nesterov, "use_nesterov"),
                                       .weight_decay = read.number(weight_decay, "weight_decay"),
                                       .loss_scale = read.number(loss_scale, "loss_scale")});
           }),
           "params"_any, "learning_rate"_any = 1e-3, "beta1"_any = 0.9, "beta2"_any = 0.999, "eps"_any = 1e-8,
           "use_locking"_any = false, "use_nesterov"_any = false, "weight_decay"_any = 0.0,
           "loss_scale"_any = 1.0);
}

void bind_adam_weight_decay(nb::module_& m) {
  optimizer_class<nn::AdamWeightDecay>(
      m, "AdamWeightDecay",
      R"(m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr (m / (sqrt(v) + eps) + weight_decay w).

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 1e-3.
    beta1 (float): In (0, 1). Default: 0.9.
    beta2 (float): In (0, 1). Default: 0.999.
    eps (float): Greater than 0. Default: 1e-6.
    weight_decay (float): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AdamWeightDecay> self, nb::handle params,
                                nb::handle learning_rate, nb::handle beta1, nb::handle beta2, nb::handle eps,
                                nb::handle weight_decay) {
             constexpr ArgumentReader read("AdamWeightDecay");
             init_cell(self, params_from(params, "AdamWeightDecay"),
                       rate_from(learning_rate, "AdamWeightDecay"),
                       nn::AdamWeightDecayOptions{.beta1 = read.number(beta1, "beta1"),
                                                  .beta2 = read.number(beta2, "beta2"),
                                                  .eps = read.number(eps, "eps"),
                                                  .weight_decay = read.number(weight_decay, "weight_decay")});
           }),
           "params"_a, "learning_rate"_a = 1e-3, "beta1"_a = 0.9, "beta2"_a = 0.999, "eps"_a = 1e-6,
           "weight_decay"_a = 0.0);
}

std::shared_ptr<nn::Optimizer> optimizer_from(nb::handle object) {
  auto* optimizer = dynamic_cast<nn::Optimizer*>(cell_of(object));
  if (!optimizer)
    raise<TypeError>("For 'TrainOneStepCell', 'optimizer' must be an Optimizer, got ", object_type(object));
  return {to_cell(object, "TrainOneStepCell", "optimizer"), optimizer};
}

}  // namespace

void bind_optimizers(nb::module_& m) {
  bind_base(m);
  bind_optimizers_of_step_one(m);
  bind_adam_weight_decay(m);
  bind_schedules(m);
  cell_class<nn::TrainOneStepCell>(
      m, "TrainOneStepCell", R"(Forward, backward and update: takes the network's inputs, returns its loss.

Args:
    network (Cell): Its result is the loss.
    optimizer (Optimizer): Changes its parameters.
    sens (float): The gradient that the loss starts with. Default: None, that is 1.
    return_grad (bool): The result is (loss, dict from parameter names to gradients). Default: False.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> net = nn.Dense(1, 1, weight_init="ones", bias_init="zeros")
    >>> optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
    >>> step = nn.TrainOneStepCell(nn.WithLossCell(net, nn.MSELoss()), optimizer)
    >>> print(step(Tensor([[1.0]]), Tensor([[3.0]])))
    4.0
    >>> print(net.weight.value())
    [[1.4]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::TrainOneStepCell> self, nb::handle network,
                                nb::handle optimizer, nb::handle sens, nb::handle return_grad) {
             constexpr ArgumentReader read("TrainOneStepCell");
             std::optional<double> scale;
             if (!sens.is_none()) scale = read.number(sens, "sens");
             init_cell(self, read.cell(network, "network"), optimizer_from(optimizer), scale,
                       read.boolean(return_grad, "return_grad"));
           }),
           "network"_any, "optimizer"_any, "sens"_a = nb::none(), "return_grad"_any = false);
}

}  // namespace nucella::python
