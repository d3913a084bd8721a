// Optimizer, and the optimizers without adaptive rates, and Adam.
#include "nucella/tensor/create.h"
#include "optimizer_arguments.h"

namespace nucella::python {
namespace {

using nn::LearningRate;
using nn::OptimizerParams;

/// What an Optimizer subclass of Python is in C++: `construct(gradients)` changes the parameters.
class PyOptimizer : public nn::Optimizer {
 public:
  PyOptimizer(const OptimizerParams& params, const LearningRate& learning_rate, nn::OptimizerOptions options)
      : Optimizer("Optimizer", params, learning_rate, options) {}

 protected:
  void update(const Group&, const Tensors&, const Tensor&) override {}
  // Reached when Python does not override construct.
  Value construct_values(const Values&) override {
    raise<NotImplementedError>("Optimizer.construct: every subclass writes its own");
  }
};

nn::Optimizer& optimizer_of(nb::handle self) { return *nb::inst_ptr<nn::Optimizer>(self); }

nb::object parameters_of(nb::handle self) { return parameter_tuple(self, optimizer_of(self).parameters()); }

// "moment1", "accum": what the algorithm keeps for each parameter, then what every cell has.
nb::object state_of(nb::handle self, nb::handle name) {
  if (nb::inst_ready(self))
    if (const ParameterTuple* state = optimizer_of(self).find_state(text_of(name)))
      return parameter_tuple(self, {state->begin(), state->end()});
  return get_registered(self, name);
}

nb::object lr_of(nn::Optimizer& self) {
  if (!self.is_group_lr()) return to_python(self.get_lr());
  Tensors rates;
  for (size_t i = 0; i < self.parameters().size(); ++i) rates.push_back(self.get_lr(i));
  return to_python(rates);
}

nb::object lr_parameter(nb::handle self, nb::handle param) {
  const Parameter* parameter = parameter_of(param);
  if (!parameter)
    raise<TypeError>("Optimizer.get_lr_parameter: 'param' must be a Parameter or a list of these, got ",
                     object_type(param));
  const nn::Rate& rate = optimizer_of(self).get_lr_parameter(*parameter);
  if (!rate.parameter().defined()) return to_python(CellPtr(rate.schedule));
  return parameter_objects(self, {rate.parameter()}).front();
}

nb::object lr_parameters(nb::handle self, nb::handle param) {
  if (!PyList_Check(param.ptr())) return lr_parameter(self, param);
  nb::list out;
  for (nb::handle p : nb::borrow<nb::list>(param)) out.append(lr_parameter(self, p));
  return out;
}

// A schedule or a number: a parameter, the cell of a table, or the user's cell.
nb::object learning_rate_of(nb::handle self) {
  const nn::Optimizer& optimizer = optimizer_of(self);
  if (optimizer.dynamic_lr()) return to_python_child(optimizer.find_child("learning_rate"), self);
  std::vector<Parameter> rates;
  for (const Parameter& p : optimizer.parameters())
    rates.push_back(optimizer.get_lr_parameter(p).parameter());
  return optimizer.is_group_lr() ? parameter_tuple(self, rates)
                                 : parameter_objects(self, {rates.front()}).front();
}

// Of the step that comes next, times the scale of the loss.
nb::object weight_decay_of(nn::Optimizer& self) {
  nb::list out;
  for (double decay : self.weight_decay()) out.append(to_python(scalar(decay * self.loss_scale())));
  return self.is_group() ? nb::object(nb::tuple(out)) : nb::object(out[0]);
}

Tensors gradients_from(nb::handle object, const char* who) { return to_value(object).as<Tensors>(who); }

void bind_base(nb::module_& m) {
  nb::class_<nn::Optimizer, Cell, PyCellOf<PyOptimizer>>(
      m, "Optimizer",
      R"(Base of the cells that change parameters by their gradients: ``optimizer(gradients)``.

A subclass in Python writes ``construct(gradients)``.

Args:
    learning_rate (float, list, Tensor, LearningRateSchedule): The rate.
    parameters (list): Parameters, or dicts of groups.
    weight_decay (float, Cell): A number, or a cell that computes it from the step. Default: 0.0.
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
                 nn::OptimizerOptions{.weight_decay = decay_from(weight_decay, "Optimizer"),
                                      .loss_scale = read.number(loss_scale, "loss_scale")});
           }),
           "learning_rate"_any, "parameters"_any, "weight_decay"_any = 0.0, "loss_scale"_any = 1.0)
      .def("get_lr", &lr_of,
           "The rate of the next step: a float32 scalar, or a tuple with one for each parameter when groups "
           "have rates of their own.")
      .def("get_lr_parameter", &lr_parameters, "param"_any,
           "Where the rate of a parameter, or of each in a list, comes from: a Parameter, or the user's "
           "schedule.")
      .def(
          "get_weight_decay", &weight_decay_of,
          "The weight decay of the next step, times the scale of the loss: a float32 scalar, or a tuple with "
          "one for each parameter in groups.")
      .def(
          "decay_weight",
          [](nn::Optimizer& self, nb::handle gradients) {
            return to_python(self.decay_weight(gradients_from(gradients, "Optimizer.decay_weight")));
          },
          "gradients"_any, "The gradients with the decay of the weights added.")
      .def(
          "gradients_centralization",
          [](nn::Optimizer& self, nb::handle gradients) {
            constexpr auto kWho = "Optimizer.gradients_centralization";
            return to_python(self.gradients_centralization(gradients_from(gradients, kWho)));
          },
          "gradients"_any, "The gradients without their means, where a group asks for it.")
      .def(
          "scale_grad",
          [](nn::Optimizer& self, nb::handle gradients) {
            return to_python(self.scale_grad(gradients_from(gradients, "Optimizer.scale_grad")));
          },
          "gradients"_any, "The gradients divided by the scale of the loss.")
      .def("__getattr__", &state_of, "name"_any,
           "Finds what is registered, and lists of the optimizer's state.")
      .def_prop_ro("parameters", &parameters_of,
                   "The parameters that it changes, in the order of the gradients.")
      .def_prop_ro("_parameters", &parameters_of, "As `parameters`, under MindSpore's name for subclasses.")
      .def_prop_ro(
          "learning_rate", &learning_rate_of,
          "Where the rate comes from: a Parameter or a schedule; a tuple of Parameters or a CellList "
          "of schedules when groups have rates of their own.")
      .def_prop_ro("weight_decay", &weight_decay_of, "As get_weight_decay().")
      .def_prop_ro("decay_flags",
                   [](const nn::Optimizer& self) {
                     nb::list out;
                     for (bool flag : self.decay_flags()) out.append(nb::bool_(flag));
                     return nb::tuple(out);
                   })
      .def_prop_ro("dynamic_weight_decay", &nn::Optimizer::dynamic_weight_decay)
      .def_prop_ro("loss_scale", &nn::Optimizer::loss_scale)
      .def_prop_ro("is_group", &nn::Optimizer::is_group)
      .def_prop_ro("is_group_lr", &nn::Optimizer::is_group_lr)
      .def_prop_ro("is_group_params_ordered", &nn::Optimizer::is_group_params_ordered)
      .def_prop_ro("dynamic_lr", &nn::Optimizer::dynamic_lr);
}

nn::AdamOptions adam_options(const char* who, nb::handle beta1, nb::handle beta2, nb::handle eps,
                             nb::handle use_nesterov, nb::handle weight_decay, nb::handle loss_scale) {
  const ArgumentReader read(who);
  return {.beta1 = read.real(beta1, "beta1"),
          .beta2 = read.real(beta2, "beta2"),
          .eps = read.real(eps, "eps"),
          .use_nesterov = read.boolean(use_nesterov, "use_nesterov"),
          .weight_decay = decay_from(weight_decay, who),
          .loss_scale = read.number(loss_scale, "loss_scale")};
}

void check_adam_keywords(const nb::kwargs& kwargs, bool amsgrad) {
  constexpr ArgumentReader read("Adam");
  int chosen = 0;
  for (auto [key, value] : kwargs) {
    const std::string name = nb::cast<std::string>(key);
    if (name != "use_lazy" && name != "use_offload")
      raise<KeyError>("For 'Adam', there is no argument '", name, "'");
    chosen += read.boolean(value, name.c_str());
  }
  if (chosen > 1) raise<ValueError>("For 'Adam', 'use_lazy' and 'use_offload' can not both be True");
  if (chosen == 1 && amsgrad)
    raise<ValueError>(
        "For lazy Adam and Adam with offload, there is no parameter named 'use_amsgrad'. Got "
        "use_amsgrad=True");
}

template <class O>
void adam_alias(nb::module_& m, const char* name, const char* doc) {
  optimizer_class<O, nn::Adam>(m, name, doc)
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<O> self, nb::handle params, nb::handle learning_rate,
                                nb::handle beta1, nb::handle beta2, nb::handle eps, nb::handle use_locking,
                                nb::handle use_nesterov, nb::handle weight_decay, nb::handle loss_scale) {
             constexpr ArgumentReader read("Adam");
             read.boolean(use_locking, "use_locking");
             init_cell(self, params_from(params, "Adam"), rate_from(learning_rate, "Adam"),
                       adam_options("Adam", beta1, beta2, eps, use_nesterov, weight_decay, loss_scale));
           }),
           "params"_any, "learning_rate"_any = 1e-3, "beta1"_any = 0.9, "beta2"_any = 0.999, "eps"_any = 1e-8,
           "use_locking"_any = false, "use_nesterov"_any = false, "weight_decay"_any = 0.0,
           "loss_scale"_any = 1.0);
}

void bind_first_optimizers(nb::module_& m) {
  optimizer_class<nn::SGD>(
      m, "SGD",
      R"(v = momentum * v + (1 - dampening) * g; w -= lr * v, or lr * (g + momentum * v) with nesterov.

Args:
    params (list): Parameters, or dicts with "params", "lr", "weight_decay", "grad_centralization", "order_params".
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.1.
    momentum (float): Default: 0.0.
    dampening (float): Default: 0.0.
    weight_decay (float, Cell): A number, or a cell that computes it from the step. Default: 0.0.
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
                                      .weight_decay = decay_from(weight_decay, "SGD"),
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
    weight_decay (float, Cell): A number, or a cell that computes it from the step. Default: 0.0.
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
                       nn::MomentumOptions{.weight_decay = decay_from(weight_decay, "Momentum"),
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
    weight_decay (float, Cell): Joins the gradient. Default: 0.0.
    loss_scale (float): Default: 1.0.
    use_amsgrad (bool): Divides by the largest second moment so far. Default: False.
    kwargs: `use_lazy`, `use_offload` (bool): Of no effect here, where gradients have all rows and everything is computed
        on the host. Default: False.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range, or use_lazy, use_offload and use_amsgrad
        go together.
    KeyError: There is another keyword.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Adam([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight), 4)
    0.5)")
      .def(
          "__init__",
          [](nb::pointer_and_handle<nn::Adam> self, nb::handle params, nb::handle learning_rate,
             nb::handle beta1, nb::handle beta2, nb::handle eps, nb::handle use_locking,
             nb::handle use_nesterov, nb::handle weight_decay, nb::handle loss_scale, nb::handle use_amsgrad,
             const nb::kwargs& kwargs) {
            constexpr ArgumentReader read("Adam");
            read.boolean(use_locking, "use_locking");
            nn::AdamOptions options =
                adam_options("Adam", beta1, beta2, eps, use_nesterov, weight_decay, loss_scale);
            options.use_amsgrad = read.boolean(use_amsgrad, "use_amsgrad");
            check_adam_keywords(kwargs, options.use_amsgrad);
            init_cell(self, params_from(params, "Adam"), rate_from(learning_rate, "Adam"), options);
            note_arguments(self, nb::make_tuple(params, learning_rate, beta1, beta2, eps, use_locking,
                                                use_nesterov, weight_decay, loss_scale, use_amsgrad));
          },
          "params"_any, "learning_rate"_any = 1e-3, "beta1"_any = 0.9, "beta2"_any = 0.999, "eps"_any = 1e-8,
          "use_locking"_any = false, "use_nesterov"_any = false, "weight_decay"_any = 0.0,
          "loss_scale"_any = 1.0, "use_amsgrad"_any = false, "kwargs"_a);
  adam_alias<nn::LazyAdam>(
      m, "LazyAdam",
      R"(Adam under the name of MindSpore's optimizer for gradients that name rows: here they have all rows, and it does
the same. Arguments: those of Adam.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.LazyAdam([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.5)");
  adam_alias<nn::AdamOffload>(
      m, "AdamOffload",
      R"(Adam under the name of MindSpore's optimizer that computes on the host, as all do here. Arguments: those of
Adam.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.AdamOffload([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.5)");
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
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.AdamWeightDecay([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> print(weight.value())
    [-0.5810888])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AdamWeightDecay> self, nb::handle params,
                                nb::handle learning_rate, nb::handle beta1, nb::handle beta2, nb::handle eps,
                                nb::handle weight_decay) {
             constexpr ArgumentReader read("AdamWeightDecay");
             init_cell(
                 self, params_from(params, "AdamWeightDecay"), rate_from(learning_rate, "AdamWeightDecay"),
                 nn::AdamWeightDecayOptions{.beta1 = read.number(beta1, "beta1"),
                                            .beta2 = read.number(beta2, "beta2"),
                                            .eps = read.number(eps, "eps"),
                                            .weight_decay = decay_from(weight_decay, "AdamWeightDecay")});
           }),
           "params"_any, "learning_rate"_any = 1e-3, "beta1"_any = 0.9, "beta2"_any = 0.999, "eps"_any = 1e-6,
           "weight_decay"_any = 0.0);
}

}  // namespace

void bind_optimizers(nb::module_& m) {
  bind_base(m);
  bind_first_optimizers(m);
  bind_adam_weight_decay(m);
  bind_adaptive_optimizers(m);
  bind_schedules(m);
  bind_training_cells(m);
}

}  // namespace nucella::python
