// Losses and the cell that joins a net to one.
#include "arguments.h"
#include "cell_object.h"

namespace nucella::python {

void bind_losses(nb::module_& m) {
  cell_class<nn::SoftmaxCrossEntropyWithLogits>(
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
  cell_class<nn::MSELoss>(m, "MSELoss", R"((logits - labels)^2, broadcast.

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
