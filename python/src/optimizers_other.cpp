// Rprop, AdaFactor and LARS, whose arguments are not those of other optimizers.
#include "nucella/optim/ada_factor.h"
#include "nucella/optim/lars.h"
#include "nucella/optim/rprop.h"
#include "optimizer_arguments.h"

namespace nucella::python {
namespace {

// Two floats in a tuple, or also in a list.
std::pair<double, double> pair_from(nb::handle object, const char* who, const char* argument, bool list_too) {
  if (!PyTuple_Check(object.ptr()) && !(list_too && PyList_Check(object.ptr())))
    raise<TypeError>("For '", who, "', '", argument, "' must be a tuple, got ", object_type(object));
  if (nb::len(object) != 2)
    raise<ValueError>("For '", who, "', '", argument, "' must have 2 elements, got ", nb::len(object));
  const ArgumentReader read(who);
  return {read.real(object[0], argument), read.real(object[1], argument)};
}

void bind_rprop(nb::module_& m) {
  optimizer_class<nn::Rprop>(
      m, "Rprop",
      R"(Resilient backpropagation: the step of a weight is learning_rate at first, shrinks where its gradient turns
round, and grows elsewhere; w -= sign(g) step.

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.1.
    etas (tuple[float]): Factors of a step after a turn, in (0, 1), and without one, above 1. Default: (0.5, 1.2).
    step_sizes (tuple[float]): The smallest and largest step. Default: (1e-6, 50.0).
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Rprop([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.5)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Rprop> self, nb::handle params,
                                nb::handle learning_rate, nb::handle etas, nb::handle step_sizes,
                                nb::handle weight_decay) {
             const auto [minus, plus] = pair_from(etas, "Rprop", "etas", false);
             const auto [smallest, largest] = pair_from(step_sizes, "Rprop", "step_sizes", false);
             init_cell(self, params_from(params, "Rprop"), rate_from(learning_rate, "Rprop"),
                       nn::RpropOptions{.eta_minus = minus,
                                        .eta_plus = plus,
                                        .smallest = smallest,
                                        .largest = largest,
                                        .weight_decay = decay_from(weight_decay, "Rprop")});
           }),
           "params"_any, "learning_rate"_any = 0.1, "etas"_any = nb::make_tuple(0.5, 1.2),
           "step_sizes"_any = nb::make_tuple(1e-6, 50.0), "weight_decay"_any = 0.0);
}

void init_ada_factor(nb::pointer_and_handle<nn::AdaFactor> self, nb::handle params, nb::handle learning_rate,
                     nb::handle eps, nb::handle clip_threshold, nb::handle decay_rate, nb::handle beta1,
                     nb::handle weight_decay, nb::handle scale_parameter, nb::handle relative_step,
                     nb::handle warmup_init, nb::handle compression, nb::handle loss_scale) {
  constexpr ArgumentReader read("AdaFactor");
  const auto [eps_square, eps_scale] = pair_from(eps, "AdaFactor", "eps", true);
  std::optional<nn::LearningRate> rate;
  if (!learning_rate.is_none()) rate = rate_from(learning_rate, "AdaFactor");
  init_cell(self, params_from(params, "AdaFactor"), rate,
            nn::AdaFactorOptions{.eps_square = eps_square,
                                 .eps_scale = eps_scale,
                                 .clip_threshold = read.real(clip_threshold, "clip_threshold"),
                                 .decay_rate = read.real(decay_rate, "decay_rate"),
                                 .beta1 = beta1.is_none() ? 0 : read.number(beta1, "beta1"),
                                 .weight_decay = read.number(weight_decay, "weight_decay"),
                                 .scale_parameter = read.boolean(scale_parameter, "scale_parameter"),
                                 .relative_step = read.boolean(relative_step, "relative_step"),
                                 .warmup_init = read.boolean(warmup_init, "warmup_init"),
                                 .compression = read.boolean(compression, "compression"),
                                 .loss_scale = read.number(loss_scale, "loss_scale")});
}

void bind_ada_factor(nb::module_& m) {
  optimizer_class<nn::AdaFactor>(
      m, "AdaFactor",
      R"(Adaptive rates whose second moments are kept as rows and columns (Shazeer and Stern, 2018).

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): None: min(0.01 or 1e-6 t, 1 / sqrt(t)). Default: None.
    eps (tuple[float]): What is added to squares of gradients, and the least root mean square of a parameter. Default:
        (1e-30, 1e-3).
    clip_threshold (float): Root mean square of an update beyond which it is scaled down. Default: 1.0.
    decay_rate (float): In (0, 1): in step t the second moments keep 1 - t^-decay_rate. Default: 0.8.
    beta1 (float): 0 or None: without first moments. Default: 0.9.
    weight_decay (float): In [0, 1), decoupled. Default: 0.0.
    scale_parameter (bool): Rates are relative to the root mean squares of the parameters. Default: True.
    relative_step (bool): The rate comes from the step. Default: True.
    warmup_init (bool): ... and grows from 1e-6 t. Default: False.
    compression (bool): Second moments of vectors are kept in float16. Default: False.
    loss_scale (float): Of no effect, as updates do not depend on the gradients' scale. Default: 1.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.AdaFactor([weight], learning_rate=0.5, relative_step=False)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.95)")
      .def("__init__", noting_arguments(&init_ada_factor), "params"_any, "learning_rate"_a = nb::none(),
           "eps"_any = nb::make_tuple(1e-30, 1e-3), "clip_threshold"_any = 1.0, "decay_rate"_any = 0.8,
           "beta1"_any = 0.9, "weight_decay"_any = 0.0, "scale_parameter"_any = true,
           "relative_step"_any = true, "warmup_init"_any = false, "compression"_any = false,
           "loss_scale"_any = 1.0);
}

void bind_lars(nb::module_& m) {
  optimizer_class<nn::LARS>(
      m, "LARS",
      R"(Layer-wise adaptive rate scaling: hands lambda (g + d w) to `optimizer`, where d is its weight decay and
lambda = coefficient |w| / (|g| + d |w| + epsilon).

Args:
    optimizer (Optimizer): Makes the steps; no longer applies its weight decay itself.
    epsilon (float): Default: 1e-5.
    coefficient (float): Default: 0.001.
    use_clip (bool): lambda is min(lambda / rate, 1). Default: False.
    lars_filter (callable): Takes a Parameter; False: its gradient stays as it is. None: False for those with
        "LayerNorm" or "bias" in their names. Default: None.

Raises:
    TypeError: An argument is of another type.
    ValueError: use_clip comes with rates of groups that change.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.LARS(nn.SGD([weight], learning_rate=0.5), coefficient=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.75)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::LARS> self, nb::handle optimizer,
                                nb::handle epsilon, nb::handle coefficient, nb::handle use_clip,
                                nb::handle lars_filter) {
             constexpr ArgumentReader read("LARS");
             nn::LARS::Filter filter;
             if (!lars_filter.is_none())
               filter = [&](const Parameter& p) { return nb::cast<bool>(lars_filter(to_python(p))); };
             init_cell(self, optimizer_from(optimizer, "LARS"),
                       nn::LARSOptions{.epsilon = read.real(epsilon, "epsilon"),
                                       .coefficient = read.real(coefficient, "coefficient"),
                                       .use_clip = read.boolean(use_clip, "use_clip")},
                       filter);
           }),
           "optimizer"_any, "epsilon"_any = 1e-5, "coefficient"_any = 0.001, "use_clip"_any = false,
           "lars_filter"_a = nb::none());
}

}  // namespace

void bind_other_optimizers(nb::module_& m) {
  bind_rprop(m);
  bind_ada_factor(m);
  bind_lars(m);
}

}  // namespace nucella::python
