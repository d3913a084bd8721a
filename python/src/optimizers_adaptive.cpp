// The optimizers with rates of their own for each weight.
#include "nucella/optim/ada_max.h"
#include "nucella/optim/adadelta.h"
#include "nucella/optim/adagrad.h"
#include "nucella/optim/asgd.h"
#include "nucella/optim/ftrl.h"
#include "nucella/optim/lamb.h"
#include "nucella/optim/proximal_adagrad.h"
#include "nucella/optim/rms_prop.h"
#include "optimizer_arguments.h"

namespace nucella::python {
namespace {

void bind_adagrad(nb::module_& m) {
  optimizer_class<nn::Adagrad>(m, "Adagrad", R"(a += g^2; w -= lr g / sqrt(a).

Args:
    params (list): As for SGD.
    accum (float): What the sums of squares begin with, at least 0. Default: 0.1.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.001.
    update_slots (bool): Whether the sums go on. Default: True.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Adagrad([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.5233)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Adagrad> self, nb::handle params, nb::handle accum,
                                nb::handle learning_rate, nb::handle update_slots, nb::handle loss_scale,
                                nb::handle weight_decay) {
             constexpr ArgumentReader read("Adagrad");
             init_cell(self, params_from(params, "Adagrad"), rate_from(learning_rate, "Adagrad"),
                       nn::AdagradOptions{.accum = read.real(accum, "accum"),
                                          .update_slots = read.boolean(update_slots, "update_slots"),
                                          .loss_scale = read.number(loss_scale, "loss_scale"),
                                          .weight_decay = decay_from(weight_decay, "Adagrad")});
           }),
           "params"_any, "accum"_any = 0.1, "learning_rate"_any = 0.001, "update_slots"_any = true,
           "loss_scale"_any = 1.0, "weight_decay"_any = 0.0);
}

void bind_rms_prop(nb::module_& m) {
  optimizer_class<nn::RMSProp>(
      m, "RMSProp",
      R"(s = decay s + (1 - decay) g^2; m = momentum m + lr g / sqrt(s + epsilon); w -= m. With centered, s minus the square of
the mean gradient stands in the place of s.

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.1.
    decay (float): At least 0. Default: 0.9.
    momentum (float): At least 0. Default: 0.0.
    epsilon (float): Greater than 0. Default: 1e-10.
    use_locking (bool): Of no effect. Default: False.
    centered (bool): Default: False.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.RMSProp([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.5)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::RMSProp> self, nb::handle params,
                                nb::handle learning_rate, nb::handle decay, nb::handle momentum,
                                nb::handle epsilon, nb::handle use_locking, nb::handle centered,
                                nb::handle loss_scale, nb::handle weight_decay) {
             constexpr ArgumentReader read("RMSProp");
             read.boolean(use_locking, "use_locking");
             init_cell(self, params_from(params, "RMSProp"), rate_from(learning_rate, "RMSProp"),
                       nn::RMSPropOptions{.decay = read.real(decay, "decay"),
                                          .momentum = read.real(momentum, "momentum"),
                                          .epsilon = read.real(epsilon, "epsilon"),
                                          .centered = read.boolean(centered, "centered"),
                                          .loss_scale = read.number(loss_scale, "loss_scale"),
                                          .weight_decay = decay_from(weight_decay, "RMSProp")});
           }),
           "params"_any, "learning_rate"_any = 0.1, "decay"_any = 0.9, "momentum"_any = 0.0,
           "epsilon"_any = 1e-10, "use_locking"_any = false, "centered"_any = false, "loss_scale"_any = 1.0,
           "weight_decay"_any = 0.0);
}

void bind_adadelta(nb::module_& m) {
  optimizer_class<nn::Adadelta>(
      m, "Adadelta",
      R"(a = rho a + (1 - rho) g^2; u = sqrt(b + epsilon) / sqrt(a + epsilon) g; b = rho b + (1 - rho) u^2; w -= lr u.

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 1.0.
    rho (float): In [0, 1]. Default: 0.9.
    epsilon (float): At least 0. Default: 1e-6.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Adadelta([weight], learning_rate=0.5, epsilon=0.01)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.8492)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Adadelta> self, nb::handle params,
                                nb::handle learning_rate, nb::handle rho, nb::handle epsilon,
                                nb::handle loss_scale, nb::handle weight_decay) {
             constexpr ArgumentReader read("Adadelta");
             init_cell(self, params_from(params, "Adadelta"), rate_from(learning_rate, "Adadelta"),
                       nn::AdadeltaOptions{.rho = read.real(rho, "rho"),
                                           .epsilon = read.real(epsilon, "epsilon"),
                                           .loss_scale = read.number(loss_scale, "loss_scale"),
                                           .weight_decay = decay_from(weight_decay, "Adadelta")});
           }),
           "params"_any, "learning_rate"_any = 1.0, "rho"_any = 0.9, "epsilon"_any = 1e-6,
           "loss_scale"_any = 1.0, "weight_decay"_any = 0.0);
}

void bind_ada_max(nb::module_& m) {
  optimizer_class<nn::AdaMax>(
      m, "AdaMax", R"(m = b1 m + (1 - b1) g; v = max(b2 v, |g|); w -= lr / (1 - b1^t) m / (v + eps).

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.001.
    beta1 (float): In (0, 1). Default: 0.9.
    beta2 (float): In (0, 1). Default: 0.999.
    eps (float): Greater than 0. Default: 1e-8.
    weight_decay (float, Cell): Default: 0.0.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.AdaMax([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.5)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AdaMax> self, nb::handle params,
                                nb::handle learning_rate, nb::handle beta1, nb::handle beta2, nb::handle eps,
                                nb::handle weight_decay, nb::handle loss_scale) {
             constexpr ArgumentReader read("AdaMax");
             init_cell(self, params_from(params, "AdaMax"), rate_from(learning_rate, "AdaMax"),
                       nn::AdaMaxOptions{.beta1 = read.real(beta1, "beta1"),
                                         .beta2 = read.real(beta2, "beta2"),
                                         .eps = read.real(eps, "eps"),
                                         .weight_decay = decay_from(weight_decay, "AdaMax"),
                                         .loss_scale = read.number(loss_scale, "loss_scale")});
           }),
           "params"_any, "learning_rate"_any = 0.001, "beta1"_any = 0.9, "beta2"_any = 0.999,
           "eps"_any = 1e-8, "weight_decay"_any = 0.0, "loss_scale"_any = 1.0);
}

void bind_asgd(nb::module_& m) {
  optimizer_class<nn::ASGD>(
      m, "ASGD",
      R"(w = w (1 - lambd eta) - eta g; ax += mu (w - ax); then eta = lr / (1 + lambd lr t)^alpha, mu = 1 / max(1, t - t0).

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.1.
    lambd (float): Decay of the weights and of the rate. Default: 1e-4.
    alpha (float): Power of the rate's decay. Default: 0.75.
    t0 (float): The step after which the average begins. Default: 1e6.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.ASGD([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.4999)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::ASGD> self, nb::handle params,
                                nb::handle learning_rate, nb::handle lambd, nb::handle alpha, nb::handle t0,
                                nb::handle weight_decay) {
             constexpr ArgumentReader read("ASGD");
             init_cell(self, params_from(params, "ASGD"), rate_from(learning_rate, "ASGD"),
                       nn::ASGDOptions{.lambd = read.real(lambd, "lambd"),
                                       .alpha = read.real(alpha, "alpha"),
                                       .t0 = read.real(t0, "t0"),
                                       .weight_decay = decay_from(weight_decay, "ASGD")});
           }),
           "params"_any, "learning_rate"_any = 0.1, "lambd"_any = 1e-4, "alpha"_any = 0.75, "t0"_any = 1e6,
           "weight_decay"_any = 0.0);
}

void bind_ftrl(nb::module_& m) {
  optimizer_class<nn::FTRL>(
      m, "FTRL", R"(Follow the proximally regularized leader; the weight decay is applied to all parameters.

Args:
    params (list): As for SGD.
    initial_accum (float): At least 0. Default: 0.1.
    learning_rate (float): Greater than 0. Default: 0.001.
    lr_power (float): At most 0. Default: -0.5.
    l1 (float): At least 0. Default: 0.0.
    l2 (float): At least 0. Default: 0.0.
    use_locking (bool): Of no effect. Default: False.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.FTRL([weight], learning_rate=0.5)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.2218)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::FTRL> self, nb::handle params,
                                nb::handle initial_accum, nb::handle learning_rate, nb::handle lr_power,
                                nb::handle l1, nb::handle l2, nb::handle use_locking, nb::handle loss_scale,
                                nb::handle weight_decay) {
             constexpr ArgumentReader read("FTRL");
             if (PyLong_Check(learning_rate.ptr())) read.real(learning_rate, "learning_rate");
             read.boolean(use_locking, "use_locking");
             init_cell(self, params_from(params, "FTRL"), rate_from(learning_rate, "FTRL"),
                       nn::FTRLOptions{.initial_accum = read.real(initial_accum, "initial_accum"),
                                       .lr_power = read.real(lr_power, "lr_power"),
                                       .l1 = read.real(l1, "l1"),
                                       .l2 = read.real(l2, "l2"),
                                       .loss_scale = read.number(loss_scale, "loss_scale"),
                                       .weight_decay = decay_from(weight_decay, "FTRL")});
           }),
           "params"_any, "initial_accum"_any = 0.1, "learning_rate"_any = 0.001, "lr_power"_any = -0.5,
           "l1"_any = 0.0, "l2"_any = 0.0, "use_locking"_any = false, "loss_scale"_any = 1.0,
           "weight_decay"_any = 0.0);
}

void bind_lamb(nb::module_& m) {
  optimizer_class<nn::Lamb>(
      m, "Lamb",
      R"(Layer-wise adaptive moments: a step of Adam with decoupled decay, as long as rate times the norm of the weights.

Args:
    params (list): As for SGD.
    learning_rate (float, list, Tensor, LearningRateSchedule): The rate.
    beta1 (float): In (0, 1). Default: 0.9.
    beta2 (float): In (0, 1). Default: 0.999.
    eps (float): Greater than 0. Default: 1e-6.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.Lamb([weight], learning_rate=0.25)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.75)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Lamb> self, nb::handle params,
                                nb::handle learning_rate, nb::handle beta1, nb::handle beta2, nb::handle eps,
                                nb::handle weight_decay) {
             constexpr ArgumentReader read("Lamb");
             init_cell(self, params_from(params, "Lamb"), rate_from(learning_rate, "Lamb"),
                       nn::LambOptions{.beta1 = read.real(beta1, "beta1"),
                                       .beta2 = read.real(beta2, "beta2"),
                                       .eps = read.real(eps, "eps"),
                                       .weight_decay = decay_from(weight_decay, "Lamb")});
           }),
           "params"_any, "learning_rate"_any, "beta1"_any = 0.9, "beta2"_any = 0.999, "eps"_any = 1e-6,
           "weight_decay"_any = 0.0);
}

void bind_proximal_adagrad(nb::module_& m) {
  optimizer_class<nn::ProximalAdagrad>(
      m, "ProximalAdagrad",
      R"(a += g^2; e = lr / sqrt(a); p = w - e g; w = sign(p) max(|p| - e l1, 0) / (1 + e l2).

Args:
    params (list): As for SGD.
    accum (float): What the sums of squares begin with, at least 0. Default: 0.1.
    learning_rate (float, list, Tensor, LearningRateSchedule): Default: 0.001.
    l1 (float): At least 0. Default: 0.0.
    l2 (float): At least 0. Default: 0.0.
    use_locking (bool): Of no effect. Default: False.
    loss_scale (float): The gradients arrive multiplied by it. Default: 1.0.
    weight_decay (float, Cell): Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> weight = Parameter(Tensor([1.0]), name="w")
    >>> optimizer = nn.ProximalAdagrad([weight], learning_rate=0.5, l1=0.1)
    >>> _ = optimizer((Tensor([1.0]),))
    >>> round(float(weight.asnumpy()[0]), 4)
    0.4756)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::ProximalAdagrad> self, nb::handle params,
                                nb::handle accum, nb::handle learning_rate, nb::handle l1, nb::handle l2,
                                nb::handle use_locking, nb::handle loss_scale, nb::handle weight_decay) {
             constexpr ArgumentReader read("ProximalAdagrad");
             read.boolean(use_locking, "use_locking");
             init_cell(
                 self, params_from(params, "ProximalAdagrad"), rate_from(learning_rate, "ProximalAdagrad"),
                 nn::ProximalAdagradOptions{.accum = read.real(accum, "accum"),
                                            .l1 = read.real(l1, "l1"),
                                            .l2 = read.real(l2, "l2"),
                                            .loss_scale = read.number(loss_scale, "loss_scale"),
                                            .weight_decay = decay_from(weight_decay, "ProximalAdagrad")});
           }),
           "params"_any, "accum"_any = 0.1, "learning_rate"_any = 0.001, "l1"_any = 0.0, "l2"_any = 0.0,
           "use_locking"_any = false, "loss_scale"_any = 1.0, "weight_decay"_any = 0.0);
}

}  // namespace

void bind_adaptive_optimizers(nb::module_& m) {
  bind_adagrad(m);
  bind_rms_prop(m);
  bind_adadelta(m);
  bind_ada_max(m);
  bind_asgd(m);
  bind_ftrl(m);
  bind_lamb(m);
  bind_proximal_adagrad(m);
  bind_other_optimizers(m);
}

}  // namespace nucella::python
