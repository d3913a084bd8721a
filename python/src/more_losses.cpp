// The base of losses, and those beyond the few of losses.cpp.
#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"
#include "nucella/nn/elementwise_loss.h"
#include "nucella/nn/pair_loss.h"

namespace nucella::python {
namespace {

/// What a LossBase subclass of Python is in C++: `construct` gives the loss.
class PyLoss : public nn::Loss {
 public:
  explicit PyLoss(std::string reduction) : Loss("LossBase", std::move(reduction)) {}
  Tensor construct(const Tensor&, const Tensor&) override {
    raise<NotImplementedError>("LossBase.construct: every subclass writes its own");
  }
  /// The losses times the weights, computed in float32, put together as the reduction says.
  Tensor get_loss(const Tensor& losses, const Tensor& weights) const {
    const Tensor product = ops::mul(ops::cast(losses, float32), ops::cast(weights, float32));
    return ops::cast(reduce(product), losses.dtype());
  }

 protected:
  Value construct_values(const Values&) override {
    raise<NotImplementedError>("LossBase.construct: every subclass writes its own");
  }
};

// A loss whose only argument is the reduction.
template <class L>
void bind_reduced(nb::module_& m, const char* name, const char* doc) {
  static const char* who = name;
  cell_class<L, nn::Loss>(m, name, doc)
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<L> self, nb::handle reduction) {
             init_cell(self, ArgumentReader(who).text(reduction, "reduction"));
           }),
           "reduction"_any = "mean");
}

void bind_simple_losses(nb::module_& m) {
  bind_reduced<nn::L1Loss>(m, "L1Loss", R"(abs(logits - labels), broadcast.

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.L1Loss()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0])))
    1.0)");
  bind_reduced<nn::MAELoss>(m, "MAELoss", R"(abs(logits - labels), broadcast.

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.MAELoss()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0])))
    1.0)");
  bind_reduced<nn::SoftMarginLoss>(m, "SoftMarginLoss",
                                   R"(log(1 + exp(-labels * logits)) for labels of 1 and -1.

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.SoftMarginLoss()(Tensor([0.0, 0.0]), Tensor([1.0, -1.0])))
    0.6931472)");
  cell_class<nn::RMSELoss>(m, "RMSELoss", R"(The root of the mean of (logits - labels)^2.

Examples:
    >>> print(nn.RMSELoss()(Tensor([1.0, 2.0]), Tensor([4.0, 5.0])))
    3.0)")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::RMSELoss> self) { init_cell(self); }));
  cell_class<nn::KLDivLoss>(m, "KLDivLoss",
                            R"(labels * (log(labels) - logits), for log-probabilities `logits`.

Args:
    reduction (str): "none", "mean", "batchmean" (the sum divided by the extent of axis 0) or "sum". Default: "mean".

Examples:
    >>> print(nn.KLDivLoss()(Tensor([-0.5, -1.5]), Tensor([0.0, 1.0])))
    0.75)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::KLDivLoss> self, nb::handle reduction) {
             init_cell(self, ArgumentReader("KLDivLoss").text(reduction, "reduction"));
           }),
           "reduction"_any = "mean");
}

void bind_robust_losses(nb::module_& m) {
  cell_class<nn::SmoothL1Loss, nn::Loss>(
      m, "SmoothL1Loss", R"(d^2 / (2 * beta) where d = abs(logits - labels) < beta, d - beta / 2 elsewhere.

Args:
    beta (float): Where the two meet. Default: 1.0.
    reduction (str): "none", "mean" or "sum". Default: "none".

Examples:
    >>> print(nn.SmoothL1Loss()(Tensor([1.0, 2.0]), Tensor([1.5, 4.0])))
    [0.125 1.5  ])")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::SmoothL1Loss> self, nb::handle beta, nb::handle reduction) {
                 constexpr ArgumentReader read("SmoothL1Loss");
                 init_cell(self, read.number(beta, "beta"), read.text(reduction, "reduction"));
               }),
           "beta"_any = 1.0, "reduction"_any = "none");
  cell_class<nn::HuberLoss, nn::Loss>(
      m, "HuberLoss", R"(d^2 / 2 where d = abs(logits - labels) < delta, delta * (d - delta / 2) elsewhere.

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".
    delta (float): Where the two meet. Default: 1.0.

Examples:
    >>> print(nn.HuberLoss()(Tensor([1.0, 2.0]), Tensor([1.5, 4.0])))
    0.8125)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::HuberLoss> self, nb::handle reduction, nb::handle delta) {
                 constexpr ArgumentReader read("HuberLoss");
                 init_cell(self, read.text(reduction, "reduction"), read.number(delta, "delta"));
               }),
           "reduction"_any = "mean", "delta"_any = 1.0);
  cell_class<nn::HingeEmbeddingLoss, nn::Loss>(
      m, "HingeEmbeddingLoss", R"(logits where the label is 1, max(0, margin - logits) elsewhere.

Args:
    margin (float): Default: 1.0.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.HingeEmbeddingLoss()(Tensor([2.0, 0.5]), Tensor([1.0, -1.0])))
    1.25)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::HingeEmbeddingLoss> self, nb::handle margin,
                                nb::handle reduction) {
             constexpr ArgumentReader read("HingeEmbeddingLoss");
             init_cell(self, read.number(margin, "margin"), read.text(reduction, "reduction"));
           }),
           "margin"_any = 1.0, "reduction"_any = "mean");
}

void bind_entropy_losses(nb::module_& m) {
  cell_class<nn::BCELoss, nn::Loss>(m, "BCELoss", R"(Binary cross entropy of probabilities.

Args:
    weight (Tensor): Of each element, broadcast. Default: None.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.BCELoss()(Tensor([0.5, 0.5]), Tensor([1.0, 0.0])))
    0.6931472)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::BCELoss> self, nb::handle weight, nb::handle reduction) {
                 init_cell(self, to_tensor(weight, "BCELoss", "weight"),
                           ArgumentReader("BCELoss").text(reduction, "reduction"));
               }),
           "weight"_any = nb::none(), "reduction"_any = "mean");
  cell_class<nn::BCEWithLogitsLoss, nn::Loss>(m, "BCEWithLogitsLoss",
                                              R"(Binary cross entropy of sigmoid(logits).

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".
    weight (Tensor): Of each element, broadcast. Default: None.
    pos_weight (Tensor): Of the positive class, broadcast. Default: None.

Examples:
    >>> print(nn.BCEWithLogitsLoss()(Tensor([0.0, 0.0]), Tensor([1.0, 0.0])))
    0.6931472)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::BCEWithLogitsLoss> self, nb::handle reduction,
                                nb::handle weight, nb::handle pos_weight) {
             constexpr const char* who = "BCEWithLogitsLoss";
             init_cell(self, ArgumentReader(who).text(reduction, "reduction"),
                       to_tensor(weight, who, "weight"), to_tensor(pos_weight, who, "pos_weight"));
           }),
           "reduction"_any = "mean", "weight"_any = nb::none(), "pos_weight"_any = nb::none());
  cell_class<nn::MultiLabelSoftMarginLoss, nn::Loss>(
      m, "MultiLabelSoftMarginLoss",
      R"(The mean over the classes (last axis) of the binary cross entropy of sigmoid(logits).

Args:
    weight (Tensor): Of each class. Default: None.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.MultiLabelSoftMarginLoss()(Tensor([[0.0, 0.0]]), Tensor([[1.0, 0.0]])))
    0.6931472)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::MultiLabelSoftMarginLoss> self, nb::handle weight,
                                nb::handle reduction) {
             constexpr const char* who = "MultiLabelSoftMarginLoss";
             init_cell(self, to_tensor(weight, who, "weight"),
                       ArgumentReader(who).text(reduction, "reduction"));
           }),
           "weight"_any = nb::none(), "reduction"_any = "mean");
  cell_class<nn::PoissonNLLLoss, nn::Loss>(
      m, "PoissonNLLLoss", R"(exp(logits) - labels * logits, or logits - labels * log(logits + eps).

Args:
    log_input (bool): The former. Default: True.
    full (bool): With Stirling's approximation of log(labels!) where labels > 1. Default: False.
    eps (float): Default: 1e-8.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.PoissonNLLLoss()(Tensor([0.0, 0.0]), Tensor([1.0, 3.0])))
    1.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::PoissonNLLLoss> self, nb::handle log_input,
                                nb::handle full, nb::handle eps, nb::handle reduction) {
             constexpr ArgumentReader read("PoissonNLLLoss");
             init_cell(self, nn::PoissonNLLOptions{.log_input = read.boolean(log_input, "log_input"),
                                                   .full = read.boolean(full, "full"),
                                                   .eps = read.number(eps, "eps"),
                                                   .reduction = read.text(reduction, "reduction")});
           }),
           "log_input"_any = true, "full"_any = false, "eps"_any = 1e-8, "reduction"_any = "mean");
}

void bind_pair_losses(nb::module_& m) {
  cell_class<nn::MarginRankingLoss>(m, "MarginRankingLoss",
                                    R"(max(0, -target * (input1 - input2) + margin) for targets of 1 and -1.

Args:
    margin (float): Default: 0.0.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.MarginRankingLoss()(Tensor([1.0, 2.0]), Tensor([3.0, 1.0]), Tensor([1.0, 1.0])))
    1.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::MarginRankingLoss> self, nb::handle margin,
                                nb::handle reduction) {
             constexpr ArgumentReader read("MarginRankingLoss");
             init_cell(self, read.number(margin, "margin"), read.text(reduction, "reduction"));
           }),
           "margin"_any = 0.0, "reduction"_any = "mean");
  cell_class<nn::CosineEmbeddingLoss>(
      m, "CosineEmbeddingLoss",
      R"(1 - c where the label is 1, max(0, c - margin) where it is -1, c being the cosine along axis 1.

Args:
    margin (float): In [-1, 1]. Default: 0.0.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Raises:
    ValueError: `margin` is out of its range.

Examples:
    >>> x, y = Tensor([[1.0, 0.0]]), Tensor([[0.0, 1.0]])
    >>> print(nn.CosineEmbeddingLoss()(x, y, Tensor([1], nucella.int32)))
    1.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::CosineEmbeddingLoss> self, nb::handle margin,
                                nb::handle reduction) {
             constexpr ArgumentReader read("CosineEmbeddingLoss");
             init_cell(self, read.number(margin, "margin"), read.text(reduction, "reduction"));
           }),
           "margin"_any = 0.0, "reduction"_any = "mean");
  cell_class<nn::GaussianNLLLoss>(m, "GaussianNLLLoss",
                                  R"((log(v) + (logits - labels)^2 / v) / 2 with v = max(var, eps).

Args:
    full (bool): With the constant log(2 pi) / 2. Default: False.
    eps (float): The least variance. Default: 1e-6.
    reduction (str): "none", "mean" or "sum". Default: "mean".

Raises:
    ValueError: `eps` is not positive.

Examples:
    >>> print(nn.GaussianNLLLoss()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0]), Tensor([1.0, 1.0])))
    1.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::GaussianNLLLoss> self, nb::handle full,
                                nb::handle eps, nb::handle reduction) {
             constexpr ArgumentReader read("GaussianNLLLoss");
             init_cell(self, nn::GaussianNLLOptions{.full = read.boolean(full, "full"),
                                                    .eps = read.number(eps, "eps"),
                                                    .reduction = read.text(reduction, "reduction")});
           }),
           "full"_any = false, "eps"_any = 1e-6, "reduction"_any = "mean");
  cell_class<nn::TripletMarginLoss>(
      m, "TripletMarginLoss",
      R"(max(0, |x - positive| - |x - negative| + margin) with norms along the last axis.

Args:
    p (int): The order of the norm. Default: 2.
    swap (bool): Take the nearer of x and positive as the partner of negative. Default: False.
    eps (float): Added to each difference. Default: 1e-6.
    reduction (str): "none", "mean" or "sum". Default: "mean".
    margin (float): Default: 1.0.

Examples:
    >>> print(nn.TripletMarginLoss()(Tensor([[0.0]]), Tensor([[3.0]]), Tensor([[3.0]])))
    1.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::TripletMarginLoss> self, nb::handle p,
                                nb::handle swap, nb::handle eps, nb::handle reduction, nb::handle margin) {
             constexpr ArgumentReader read("TripletMarginLoss");
             init_cell(self, nn::TripletMarginOptions{.p = read.integer(p, "p"),
                                                      .swap = read.boolean(swap, "swap"),
                                                      .eps = read.number(eps, "eps"),
                                                      .reduction = read.text(reduction, "reduction"),
                                                      .margin = read.number(margin, "margin")});
           }),
           "p"_any = 2, "swap"_any = false, "eps"_any = 1e-6, "reduction"_any = "mean", "margin"_any = 1.0);
}

}  // namespace

void bind_loss_base(nb::module_& m) {
  nb::class_<nn::Loss, Cell, PyCellOf<PyLoss>>(m, "LossBase",
                                               R"(Base of losses: how the single ones are put together.

A subclass in Python writes ``construct(logits, labels)``.

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".

Raises:
    ValueError: Another reduction.

Examples:
    >>> class Cubic(nn.LossBase):
    ...     def construct(self, logits, labels):
    ...         return self.get_loss((logits - labels).abs() ** 3)
    >>> print(Cubic()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0])))
    4.0)",
                                               cell_slots())
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::Loss> self, nb::handle reduction) {
             new (self.p)
                 PyCellOf<PyLoss>(self.h.ptr(), ArgumentReader("LossBase").text(reduction, "reduction"));
           }),
           "reduction"_any = "mean")
      .def_prop_ro("reduction", &nn::Loss::reduction)
      .def(
          "get_axis",
          [](nn::Loss&, nb::handle x) {
            Shape axes;
            for (int i = 0; i < to_tensor(x, "get_axis", "x").ndim(); ++i) axes.push_back(i);
            return to_python(axes);
          },
          "x"_any, "All axes of `x`, as a tuple.")
      .def(
          "get_loss",
          [](nn::Loss& self, nb::handle x, nb::handle weights) {
            const auto* loss = dynamic_cast<PyLoss*>(&self);
            check<TypeError>(loss != nullptr, "get_loss: only for subclasses of LossBase written in Python");
            const Tensor factor = tensor_of(weights)
                                      ? to_tensor(weights, "get_loss", "weights")
                                      : scalar(ArgumentReader("get_loss").number(weights, "weights"));
            return loss->get_loss(to_tensor(x, "get_loss", "x"), factor);
          },
          "x"_any, "weights"_any = 1.0, "`x` times `weights`, put together as the reduction says.");
}

void bind_more_losses(nb::module_& m) {
  bind_simple_losses(m);
  bind_robust_losses(m);
  bind_entropy_losses(m);
  bind_pair_losses(m);
}

}  // namespace nucella::python
