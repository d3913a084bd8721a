// Learning rates that follow the step: schedules and tables.
#include "nucella/optim/schedules.h"

#include <nanobind/stl/vector.h>

#include "nucella/optim/dynamic_lr.h"
#include "optimizer_arguments.h"

namespace nucella::python {
namespace {

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

template <class S>
auto schedule_class(nb::module_& m, const char* name, const char* doc) {
  return cell_class<S, nn::LearningRateSchedule>(m, name, doc);
}

// The three schedules that have the same arguments.
template <class S>
void bind_decay(nb::module_& m, const char* name, const char* doc) {
  schedule_class<S>(m, name, doc)
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<S> self, nb::handle learning_rate,
                                nb::handle decay_rate, nb::handle decay_steps, nb::handle is_stair) {
             constexpr ArgumentReader read("LearningRateSchedule");
             init_cell(self, read.real(learning_rate, "learning_rate"), read.real(decay_rate, "decay_rate"),
                       read.integer(decay_steps, "decay_steps"), read.boolean(is_stair, "is_stair"));
           }),
           "learning_rate"_any, "decay_rate"_any, "decay_steps"_any, "is_stair"_any = false);
}

constexpr const char* kDecayArguments = R"(

Args:
    learning_rate (float): Greater than 0.
    decay_rate (float): Greater than 0.
    decay_steps (int): Greater than 0.
    is_stair (bool): Default: False.

Raises:
    TypeError, ValueError: An argument is of another type or not positive.)";

void bind_decays(nb::module_& m) {
  bind_decay<nn::ExponentialDecayLR>(
      m, "ExponentialDecayLR",
      str("learning_rate * decay_rate^p with p = step / decay_steps, rounded down if is_stair.",
          kDecayArguments, R"(

Examples:
    >>> rate = nn.ExponentialDecayLR(0.1, 0.5, decay_steps=2)(Tensor([2], nucella.int32))
    >>> round(float(rate.asnumpy()[0]), 4)
    0.05)")
          .c_str());
  bind_decay<nn::NaturalExpDecayLR>(m, "NaturalExpDecayLR",
                                    str("learning_rate * e^(-decay_rate * p) with p = step, or the last "
                                        "multiple of decay_steps if is_stair.",
                                        kDecayArguments, R"(

Examples:
    >>> rate = nn.NaturalExpDecayLR(0.1, 0.5, decay_steps=2)(Tensor([2], nucella.int32))
    >>> round(float(rate.asnumpy()[0]), 4)
    0.0368)")
                                        .c_str());
  bind_decay<nn::InverseDecayLR>(m, "InverseDecayLR",
                                 str("learning_rate / (1 + decay_rate * p) with p = step / decay_steps, "
                                     "rounded down if is_stair.",
                                     kDecayArguments, R"(

Examples:
    >>> rate = nn.InverseDecayLR(0.1, 0.5, decay_steps=2)(Tensor([2], nucella.int32))
    >>> round(float(rate.asnumpy()[0]), 4)
    0.0667)")
                                     .c_str());
}

void bind_other_schedules(nb::module_& m) {
  schedule_class<nn::CosineDecayLR>(
      m, "CosineDecayLR", R"(From max_lr down to min_lr along half a cosine in decay_steps, then min_lr.

Args:
    min_lr (float): At least 0.
    max_lr (float): Greater than min_lr.
    decay_steps (int): Greater than 0.

Raises:
    TypeError, ValueError: An argument is of another type or out of range.

Examples:
    >>> rate = nn.CosineDecayLR(0.0, 0.1, decay_steps=4)(Tensor([2], nucella.int32))
    >>> round(float(rate.asnumpy()[0]), 4)
    0.05)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::CosineDecayLR> self, nb::handle min_lr,
                                nb::handle max_lr, nb::handle decay_steps) {
             constexpr ArgumentReader read("CosineDecayLR");
             init_cell(self, read.real(min_lr, "min_lr"), read.real(max_lr, "max_lr"),
                       read.integer(decay_steps, "decay_steps"));
           }),
           "min_lr"_any, "max_lr"_any, "decay_steps"_any);
  schedule_class<nn::PolynomialDecayLR>(
      m, "PolynomialDecayLR",
      R"((learning_rate - end_learning_rate) * (1 - min(step, d) / d)^power + end_learning_rate, where d is decay_steps, or with
update_decay_steps the multiple of it that the step has not passed.

Args:
    learning_rate (float): Greater than 0.
    end_learning_rate (float): At least 0.
    decay_steps (int): Greater than 0.
    power (float): Greater than 0.
    update_decay_steps (bool): Default: False.

Raises:
    TypeError, ValueError: An argument is of another type or out of range.

Examples:
    >>> rate = nn.PolynomialDecayLR(0.1, 0.0, decay_steps=4, power=1.0)(Tensor([2], nucella.int32))
    >>> round(float(rate.asnumpy()[0]), 4)
    0.05)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::PolynomialDecayLR> self, nb::handle learning_rate,
                                nb::handle end_learning_rate, nb::handle decay_steps, nb::handle power,
                                nb::handle update_decay_steps) {
             constexpr ArgumentReader read("PolynomialDecayLR");
             init_cell(self, read.real(learning_rate, "learning_rate"),
                       read.real(end_learning_rate, "end_learning_rate"),
                       read.integer(decay_steps, "decay_steps"), read.real(power, "power"),
                       read.boolean(update_decay_steps, "update_decay_steps"));
           }),
           "learning_rate"_any, "end_learning_rate"_any, "decay_steps"_any, "power"_any,
           "update_decay_steps"_any = false);
  schedule_class<nn::WarmUpLR>(m, "WarmUpLR", R"(learning_rate * min(step, warmup_steps) / warmup_steps.

Args:
    learning_rate (float): At least 0.
    warmup_steps (int): Greater than 0.

Raises:
    TypeError, ValueError: An argument is of another type or out of range.

Examples:
    >>> rate = nn.WarmUpLR(0.1, warmup_steps=4)(Tensor([2], nucella.int32))
    >>> round(float(rate.asnumpy()[0]), 4)
    0.05)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::WarmUpLR> self, nb::handle learning_rate,
                                nb::handle warmup_steps) {
             constexpr ArgumentReader read("WarmUpLR");
             init_cell(self, read.real(learning_rate, "learning_rate"),
                       read.integer(warmup_steps, "warmup_steps"));
           }),
           "learning_rate"_any, "warmup_steps"_any);
}

template <class T, class Read>
std::vector<T> sequence_of(nb::handle object, const char* who, const char* argument, Read read) {
  if (!PyTuple_Check(object.ptr()) && !PyList_Check(object.ptr()))
    raise<TypeError>("For '", who, "', '", argument, "' must be a tuple or list, got ", object_type(object));
  std::vector<T> out;
  for (nb::handle item : nb::borrow<nb::object>(object)) out.push_back(read(item));
  return out;
}

nn::TableSteps steps_from(const ArgumentReader& read, nb::handle total_step, nb::handle step_per_epoch,
                          nb::handle decay_epoch) {
  return {.total_step = read.integer(total_step, "total_step"),
          .step_per_epoch = read.integer(step_per_epoch, "step_per_epoch"),
          .decay_epoch = read.integer(decay_epoch, "decay_epoch")};
}

using DecayTable = std::vector<double> (*)(double, double, nn::TableSteps, bool);

template <DecayTable kTable>
std::vector<double> decay_table(nb::handle learning_rate, nb::handle decay_rate, nb::handle total_step,
                                nb::handle step_per_epoch, nb::handle decay_epoch, nb::handle is_stair) {
  constexpr ArgumentReader read("dynamic_lr");
  return kTable(read.real(learning_rate, "learning_rate"), read.real(decay_rate, "decay_rate"),
                steps_from(read, total_step, step_per_epoch, decay_epoch),
                read.boolean(is_stair, "is_stair"));
}

template <DecayTable kTable>
void bind_decay_table(nb::module_& m, const char* name, const char* doc) {
  m.def(name, &decay_table<kTable>, "learning_rate"_any, "decay_rate"_any, "total_step"_any,
        "step_per_epoch"_any, "decay_epoch"_any, "is_stair"_any = false, doc);
}

std::vector<double> piecewise_table(nb::handle milestone, nb::handle learning_rates) {
  constexpr auto kWho = "piecewise_constant_lr";
  constexpr ArgumentReader read(kWho);
  return nn::piecewise_constant_lr(
      sequence_of<int64_t>(milestone, kWho, "milestone",
                           [&](nb::handle item) { return read.integer(item, "milestone"); }),
      sequence_of<double>(learning_rates, kWho, "learning_rates",
                          [&](nb::handle item) { return read.real(item, "learning_rates"); }));
}

std::vector<double> cosine_table(nb::handle min_lr, nb::handle max_lr, nb::handle total_step,
                                 nb::handle step_per_epoch, nb::handle decay_epoch) {
  constexpr ArgumentReader read("cosine_decay_lr");
  return nn::cosine_decay_lr(read.real(min_lr, "min_lr"), read.real(max_lr, "max_lr"),
                             steps_from(read, total_step, step_per_epoch, decay_epoch));
}

std::vector<double> polynomial_table(nb::handle learning_rate, nb::handle end_learning_rate,
                                     nb::handle total_step, nb::handle step_per_epoch, nb::handle decay_epoch,
                                     nb::handle power, nb::handle update_decay_epoch) {
  constexpr ArgumentReader read("polynomial_decay_lr");
  return nn::polynomial_decay_lr(
      read.real(learning_rate, "learning_rate"), read.real(end_learning_rate, "end_learning_rate"),
      steps_from(read, total_step, step_per_epoch, decay_epoch), read.real(power, "power"),
      read.boolean(update_decay_epoch, "update_decay_epoch"));
}

std::vector<double> warmup_table(nb::handle learning_rate, nb::handle total_step, nb::handle step_per_epoch,
                                 nb::handle warmup_epoch) {
  constexpr ArgumentReader read("warmup_lr");
  return nn::warmup_lr(read.real(learning_rate, "learning_rate"), read.integer(total_step, "total_step"),
                       read.integer(step_per_epoch, "step_per_epoch"),
                       read.integer(warmup_epoch, "warmup_epoch"));
}

void bind_tables(nb::module_& m) {
  m.def("piecewise_constant_lr", &piecewise_table, "milestone"_any, "learning_rates"_any,
        "A list of rates, one per step: learning_rates[i] up to the step milestone[i]."
        R"(

Examples:
    >>> nn.piecewise_constant_lr([1, 3], [0.1, 0.05])
    [0.1, 0.05, 0.05])");
  bind_decay_table<nn::exponential_decay_lr>(
      m, "exponential_decay_lr",
      "A list of rates, one per step: learning_rate * decay_rate^(epoch / decay_epoch), the exponent rounded "
      "down if is_stair."
      R"(

Examples:
    >>> nn.exponential_decay_lr(0.5, 0.5, total_step=3, step_per_epoch=1, decay_epoch=1)
    [0.5, 0.25, 0.125])");
  bind_decay_table<nn::natural_exp_decay_lr>(
      m, "natural_exp_decay_lr",
      "A list of rates, one per step: learning_rate * e^(-decay_rate * epoch), with is_stair of the last "
      "multiple of decay_epoch."
      R"(

Examples:
    >>> nn.natural_exp_decay_lr(0.5, 0.5, total_step=2, step_per_epoch=2, decay_epoch=1)
    [0.5, 0.5])");
  bind_decay_table<nn::inverse_decay_lr>(
      m, "inverse_decay_lr",
      "A list of rates, one per step: learning_rate / (1 + decay_rate * epoch / decay_epoch), the quotient "
      "rounded down if is_stair."
      R"(

Examples:
    >>> nn.inverse_decay_lr(0.5, 1.0, total_step=2, step_per_epoch=1, decay_epoch=1)
    [0.5, 0.25])");
  m.def("cosine_decay_lr", &cosine_table, "min_lr"_any, "max_lr"_any, "total_step"_any, "step_per_epoch"_any,
        "decay_epoch"_any,
        "A list of rates, one per step: from max_lr down to min_lr along half a cosine."
        R"(

Examples:
    >>> nn.cosine_decay_lr(0.0, 0.5, total_step=3, step_per_epoch=1, decay_epoch=2)
    [0.5, 0.25, 0.0])");
  m.def(
      "polynomial_decay_lr", &polynomial_table, "learning_rate"_any, "end_learning_rate"_any,
      "total_step"_any, "step_per_epoch"_any, "decay_epoch"_any, "power"_any,
      "update_decay_epoch"_any = false,
      "A list of rates, one per step: (learning_rate - end_learning_rate) * (1 - min(epoch, d) / d)^power + "
      "end_learning_rate, where d is decay_epoch, or the multiple of it that the epoch has not passed."
      R"(

Examples:
    >>> nn.polynomial_decay_lr(0.5, 0.0, total_step=3, step_per_epoch=1, decay_epoch=2, power=1.0)
    [0.5, 0.25, 0.0])");
  m.def("warmup_lr", &warmup_table, "learning_rate"_any, "total_step"_any, "step_per_epoch"_any,
        "warmup_epoch"_any,
        "A list of rates, one per step: learning_rate * min(epoch, warmup_epoch) / warmup_epoch."
        R"(

Examples:
    >>> nn.warmup_lr(0.5, total_step=3, step_per_epoch=1, warmup_epoch=2)
    [0.0, 0.25, 0.5])");
}

}  // namespace

void bind_schedules(nb::module_& m) {
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
  bind_decays(m);
  bind_other_schedules(m);
  bind_tables(m);
}

}  // namespace nucella::python
