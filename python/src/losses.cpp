// Losses and the cell that joins a net to one.
#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"

namespace nucella::python {

namespace {

template <class Options>
Options class_options(const ArgumentReader& read, const char* who, nb::handle weight, nb::handle ignore_index,
                      nb::handle reduction) {
  return {.weight = to_tensor(weight, who, "weight"),
          .ignore_index = read.integer(ignore_index, "ignore_index"),
          .reduction = read.text(reduction, "reduction")};
}

void bind_class_losses(nb::module_& m) {
  cell_class<nn::CrossEntropyLoss, nn::Loss>(
      m, "CrossEntropyLoss",
      R"(Cross entropy of softmax(logits) along axis 1 with class numbers or probabilities.

Args:
    weight (Tensor): Of each class, (C,). Default: None, that is 1.
    ignore_index (int): Samples of this class count nothing. Default: -100.
    reduction (str): "none", "mean" (by weight) or "sum". Default: "mean".
    label_smoothing (float): The part of each target that moves to all classes alike, in [0, 1]. Default: 0.0.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.CrossEntropyLoss()(Tensor([[0.0, 0.0]]), Tensor([1], nucella.int32)))
    0.6931472)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::CrossEntropyLoss> self, nb::handle weight,
                                nb::handle ignore_index, nb::handle reduction, nb::handle label_smoothing) {
             constexpr ArgumentReader read("CrossEntropyLoss");
             auto options = class_options<nn::CrossEntropyOptions>(read, "CrossEntropyLoss", weight,
                                                                   ignore_index, reduction);
             options.label_smoothing = read.number(label_smoothing, "label_smoothing");
             init_cell(self, std::move(options));
           }),
           "weight"_any = nb::none(), "ignore_index"_any = -100, "reduction"_any = "mean",
           "label_smoothing"_any = 0.0)
      .def_prop_ro("weight", [](nn::CrossEntropyLoss& c) { return to_python(c.options().weight); })
      .def_prop_ro("ignore_index", [](nn::CrossEntropyLoss& c) { return c.options().ignore_index; })
      .def_prop_ro("label_smoothing", [](nn::CrossEntropyLoss& c) { return c.options().label_smoothing; });
  cell_class<nn::NLLLoss, nn::Loss>(m, "NLLLoss",
                                    R"(-logits[n, labels[n]], for log-probabilities (N, C) or (N, C, ...).

Args:
    weight (Tensor): Of each class, (C,). Default: None, that is 1.
    ignore_index (int): Samples of this class count nothing. Default: -100.
    reduction (str): "none", "mean" (by weight) or "sum". Default: "mean".

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.NLLLoss()(Tensor([[-0.5, -1.5]]), Tensor([1], nucella.int32)))
    1.5)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::NLLLoss> self, nb::handle weight,
                                nb::handle ignore_index, nb::handle reduction) {
             init_cell(self, class_options<nn::NLLOptions>(ArgumentReader("NLLLoss"), "NLLLoss", weight,
                                                           ignore_index, reduction));
           }),
           "weight"_any = nb::none(), "ignore_index"_any = -100, "reduction"_any = "mean")
      .def_prop_ro("weight", [](nn::NLLLoss& c) { return to_python(c.options().weight); })
      .def_prop_ro("ignore_index", [](nn::NLLLoss& c) { return c.options().ignore_index; });
}

}  // namespace

void bind_losses(nb::module_& m) {
  bind_loss_base(m);
  bind_class_losses(m);
  bind_more_losses(m);
  cell_class<nn::SoftmaxCrossEntropyWithLogits, nn::Loss>(
      m, "SoftmaxCrossEntropyWithLogits",
      R"(-sum(labels * log(softmax(logits))) for logits of shape (N, classes).

Args:
    sparse (bool): The labels are class numbers (int32 or int64), not probabilities. Default: False.
    reduction (str): "none", "mean" or "sum". Default: "none".

Raises:
    TypeError, ValueError: An argument is of another type, or `reduction` none of these.

Examples:
    >>> loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    >>> print(loss(Tensor([[0.0, 0.0]]), Tensor([1], nucella.int32)))
    0.6931472)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::SoftmaxCrossEntropyWithLogits> self,
                                nb::handle sparse, nb::handle reduction) {
             constexpr ArgumentReader read("SoftmaxCrossEntropyWithLogits");
             init_cell(self, nn::SoftmaxCrossEntropyOptions{.sparse = read.boolean(sparse, "sparse"),
                                                            .reduction = read.text(reduction, "reduction")});
           }),
           "sparse"_any = false, "reduction"_any = "none");
  cell_class<nn::MSELoss, nn::Loss>(m, "MSELoss", R"((logits - labels)^2, broadcast.

Args:
    reduction (str): "none", "mean" or "sum". Default: "mean".

Examples:
    >>> print(nn.MSELoss()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0])))
    2.0)")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::MSELoss> self, nb::handle reduction) {
             init_cell(self, ArgumentReader("MSELoss").text(reduction, "reduction"));
           }),
           "reduction"_any = "mean");
  cell_class<nn::WithLossCell>(m, "WithLossCell", R"(loss_fn(backbone(data), label).

Args:
    backbone (Cell): The net.
    loss_fn (Cell): Takes its result and the label.

Raises:
    TypeError: An argument is no Cell.

Examples:
    >>> net = nn.WithLossCell(nn.ReLU(), nn.MSELoss())
    >>> print(net(Tensor([-1.0, 2.0]), Tensor([0.0, 4.0])))
    2.0)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::WithLossCell> self, nb::handle backbone, nb::handle loss_fn) {
                 constexpr ArgumentReader read("WithLossCell");
                 init_cell(self, read.cell(backbone, "backbone"), read.cell(loss_fn, "loss_fn"));
               }),
           "backbone"_any, "loss_fn"_any)
      .def_prop_ro("backbone_network", [](nn::WithLossCell& c) { return to_python(c.backbone_network()); });
  cell_class<nn::WithEvalCell>(m, "WithEvalCell",
                               R"((loss, network(data), label): what metrics are computed from.

Args:
    network (Cell): The net.
    loss_fn (Cell): Takes its result and the label.
    add_cast_fp32 (bool): Result and label of other floating dtypes become float32
        before the loss. Default: False.

Raises:
    TypeError: An argument is no Cell, or `add_cast_fp32` no bool.

Examples:
    >>> loss, output, label = nn.WithEvalCell(nn.ReLU(), nn.MSELoss())(Tensor([-1.0, 2.0]), Tensor([0.0, 4.0]))
    >>> print(loss, output, label)
    2.0 [0. 2.] [0. 4.])")
      .def(
          "__init__",
          [](nb::pointer_and_handle<nn::WithEvalCell> self, nb::handle network, nb::handle loss_fn,
             nb::handle add_cast_fp32) {
            constexpr ArgumentReader read("WithEvalCell");
            init_cell(self, read.cell(network, "network"), read.cell(loss_fn, "loss_fn"),
                      read.boolean(add_cast_fp32, "add_cast_fp32"));
          },
          "network"_any, "loss_fn"_any, "add_cast_fp32"_any = false);
}

}  // namespace nucella::python
