// The cells of one training step, and those that decide on the scale of its loss.
#include "nucella/op/precision.h"
#include "nucella/optim/loss_scale.h"
#include "optimizer_arguments.h"

namespace nucella::python {
namespace {

void bind_train_one_step(nb::module_& m) {
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
             init_cell(self, read.cell(network, "network"), optimizer_from(optimizer, "TrainOneStepCell"),
                       scale, read.boolean(return_grad, "return_grad"));
           }),
           "network"_any, "optimizer"_any, "sens"_a = nb::none(), "return_grad"_any = false)
      .def_prop_ro(
          "weights", [](nb::handle self) { return self.attr("optimizer").attr("parameters"); },
          "The parameters that the optimizer changes.");
}

template <class S>
auto update_class(nb::module_& m, const char* name, const char* doc) {
  return cell_class<S, nn::LossScaleUpdateCell>(m, name, doc);
}

void bind_loss_scale_updates(nb::module_& m) {
  nb::class_<nn::LossScaleUpdateCell, Cell>(m, "LossScaleUpdateCell", cell_slots())
      .def("get_loss_scale", &nn::LossScaleUpdateCell::get_loss_scale, "The scale to begin with.");
  update_class<nn::FixedLossScaleUpdateCell>(m, "FixedLossScaleUpdateCell",
                                             R"(Leaves the scale of a loss as it is.

Args:
    loss_scale_value (float): The scale.

Examples:
    >>> nn.FixedLossScaleUpdateCell(8.0).get_loss_scale()
    8.0)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::FixedLossScaleUpdateCell> self, nb::handle loss_scale_value) {
                 constexpr ArgumentReader read("FixedLossScaleUpdateCell");
                 init_cell(self, read.number(loss_scale_value, "loss_scale_value"));
               }),
           "loss_scale_value"_any);
  update_class<nn::DynamicLossScaleUpdateCell>(
      m, "DynamicLossScaleUpdateCell",
      R"(Divides the scale of a loss after an overflow, and multiplies it after so many steps without one.

Args:
    loss_scale_value (float): The scale to begin with.
    scale_factor (int): What it is multiplied or divided by.
    scale_window (int): Steps without overflow after which it grows.

Raises:
    TypeError, ValueError: An argument is of another type or not positive.

Examples:
    >>> update = nn.DynamicLossScaleUpdateCell(8.0, scale_factor=2, scale_window=100)
    >>> scale = Parameter(Tensor(8.0), name="scale")
    >>> _ = update(scale, Tensor(True))
    >>> float(scale.asnumpy())
    4.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::DynamicLossScaleUpdateCell> self,
                                nb::handle loss_scale_value, nb::handle scale_factor,
                                nb::handle scale_window) {
             constexpr ArgumentReader read("DynamicLossScaleUpdateCell");
             init_cell(self, read.number(loss_scale_value, "loss_scale_value"),
                       read.number(scale_factor, "scale_factor"), read.integer(scale_window, "scale_window"));
           }),
           "loss_scale_value"_any, "scale_factor"_any, "scale_window"_any);
}

void init_with_loss_scale(nb::pointer_and_handle<nn::TrainOneStepWithLossScaleCell> self, nb::handle network,
                          nb::handle optimizer, nb::handle scale_sense) {
  constexpr auto kWho = "TrainOneStepWithLossScaleCell";
  constexpr ArgumentReader read(kWho);
  const CellPtr net = read.cell(network, "network");
  const auto steps = optimizer_from(optimizer, kWho);
  if (const Tensor* tensor = tensor_of(scale_sense)) return init_cell(self, net, steps, *tensor);
  if (!cell_of(scale_sense))
    raise<TypeError>("For '", kWho, "', 'scale_sense' must be a Cell or Tensor, got ",
                     object_type(scale_sense));
  init_cell(self, net, steps, to_cell(scale_sense, kWho, "scale_sense"),
            nb::cast<double>(nb::float_(scale_sense.attr("get_loss_scale")())));
}

void bind_train_with_loss_scale(nb::module_& m) {
  using Step = nn::TrainOneStepWithLossScaleCell;
  cell_class<Step, nn::TrainOneStepCell>(
      m, "TrainOneStepWithLossScaleCell",
      R"(A TrainOneStepCell that scales the loss up, and leaves out updates whose gradients overflow.

A call returns the loss, whether a gradient has overflowed (a bool Tensor) and the scale.

Args:
    network (Cell): Its result is the loss.
    optimizer (Optimizer): Changes its parameters.
    scale_sense (Tensor, Cell): A scale that stays, of shape () or (1,); or a cell as DynamicLossScaleUpdateCell is.

Raises:
    TypeError: An argument is of another type.
    ValueError: `scale_sense` is of another shape.

Examples:
    >>> net = nn.Dense(1, 1, weight_init="ones", bias_init="zeros")
    >>> optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
    >>> update = nn.FixedLossScaleUpdateCell(8.0)
    >>> step = nn.TrainOneStepWithLossScaleCell(nn.WithLossCell(net, nn.MSELoss()), optimizer, update)
    >>> loss, overflow, scale = step(Tensor([[1.0]]), Tensor([[3.0]]))
    >>> float(loss.asnumpy()), bool(overflow.asnumpy())
    (4.0, False))")
      .def("__init__", noting_arguments(&init_with_loss_scale), "network"_any, "optimizer"_any,
           "scale_sense"_any)
      .def(
          "set_sense_scale",
          [](Step& self, nb::handle sens) {
            const Tensor* scale = tensor_of(sens);
            if (!scale)
              raise<TypeError>("TrainOneStepWithLossScaleCell.set_sense_scale: 'sens' must be a Tensor, got ",
                               object_type(sens));
            self.set_sense_scale(*scale);
          },
          "sens"_any, "Another scale, of the same shape.")
      .def(
          "start_overflow_check",
          [](nb::handle, nb::object pre_cond, nb::object compute_input) {
            return nb::make_tuple(pre_cond, compute_input);
          },
          "pre_cond"_any, "compute_input"_any,
          "Both as they are: an overflow is seen in the gradients, and there is nothing to start.")
      .def(
          "get_overflow_status",
          [](nb::handle, nb::handle, nb::handle compute_output) {
            return to_python(Step::get_overflow_status(
                to_value(compute_output).as<Tensors>("TrainOneStepWithLossScaleCell.get_overflow_status")));
          },
          "status"_any, "compute_output"_any,
          "Whether an element of the gradients is infinite or NaN: a bool Tensor.")
      .def(
          "process_loss_scale",
          [](Step& self, nb::handle overflow) {
            const Tensor* status = tensor_of(overflow);
            if (!status)
              raise<TypeError>(
                  "TrainOneStepWithLossScaleCell.process_loss_scale: 'overflow' must be a Tensor, got ",
                  object_type(overflow));
            return to_python(self.process_loss_scale(*status));
          },
          "overflow"_any, "Lets the cell of the scale take note of it; whether to leave out the update.");
}

using PolicyPtr = std::shared_ptr<const PrecisionPolicy>;

/// A PrecisionScope as Python opens and closes it.
class OpenPrecision {
 public:
  explicit OpenPrecision(PolicyPtr policy) : policy_(std::move(policy)) {}
  OpenPrecision(const OpenPrecision&) = delete;
  OpenPrecision& operator=(const OpenPrecision&) = delete;
  void enter() { scopes_.push_back(std::make_unique<PrecisionScope>(policy_)); }
  void exit() { scopes_.pop_back(); }

 private:
  PolicyPtr policy_;
  std::vector<std::unique_ptr<PrecisionScope>> scopes_;
};

void bind_precision(nb::module_& m) {
  nb::class_<PrecisionPolicy>(
      m, "PrecisionPolicy",
      "Which ops compute in `dtype`, and which in float32, by names of their Primitives.")
      .def(
          "__init__",
          [](PrecisionPolicy* self, nb::handle dtype, nb::handle low, nb::handle high) {
            const DType to = to_dtype(dtype, "PrecisionPolicy", "dtype");
            if (low.is_none()) {
              new (self) PrecisionPolicy(to);
              return;
            }
            const auto names = [](nb::handle list) {
              std::vector<std::string> out;
              for (nb::handle name : nb::borrow<nb::object>(list)) out.push_back(nb::cast<std::string>(name));
              return out;
            };
            new (self) PrecisionPolicy(to, names(low), names(high));
          },
          "dtype"_any, "low"_a = nb::none(), "high"_a = nb::none());
  nb::class_<OpenPrecision>(m, "PrecisionScope", "``with PrecisionScope(policy):`` ops follow the policy.")
      .def(
          "__init__",
          [](OpenPrecision* self, const PrecisionPolicy& policy) {
            new (self) OpenPrecision(std::make_shared<const PrecisionPolicy>(policy));
          },
          "policy"_a)
      .def("__enter__", &OpenPrecision::enter)
      .def("__exit__", [](OpenPrecision& self, nb::args) { self.exit(); });
  m.def(
      "set_precision",
      [](nb::handle cell, const PrecisionPolicy* policy) {
        Cell* to = cell_of(cell);
        if (!to) raise<TypeError>("set_precision: 'cell' must be a Cell, got ", object_type(cell));
        to->set_precision(policy ? std::make_shared<const PrecisionPolicy>(*policy) : nullptr);
      },
      "cell"_any, "policy"_a.none(),
      "The ops of the cell and of those below follow the policy; None: the caller's.");
}

}  // namespace

void bind_training_cells(nb::module_& m) {
  bind_train_one_step(m);
  bind_loss_scale_updates(m);
  bind_train_with_loss_scale(m);
  bind_precision(m);
}

}  // namespace nucella::python
