// Learning rates that follow the step, as cells and as lists.
#include "nucella/optim/schedules.h"

#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"

namespace nucella::python {
namespace {

// As in MindSpore an int is none.
double real(nb::handle object, const char* who, const char* argument) {
  if (!PyFloat_Check(object.ptr()))
    raise<TypeError>("For '", who, "', '", argument, "' must be a float, got ", object_type(object));
  return PyFloat_AsDouble(object.ptr());
}

template <class Schedule>
void bind_decay(nb::module_& m, const char* name, const char* doc) {
  static const char* who = name;
  cell_class<Schedule, nn::LearningRateSchedule>(m, name, doc)
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Schedule> self, nb::handle learning_rate,
                                nb::handle decay_rate, nb::handle decay_steps, nb::handle is_stair) {
             const ArgumentReader read(who);
             init_cell(self, real(learning_rate, who, "learning_rate"), real(decay_rate, who, "decay_rate"),
                       read.integer(decay_steps, "decay_steps"), read.boolean(is_stair, "is_stair"));
           }),
           "learning_rate"_a, "decay_rate"_a, "decay_steps"_a, "is_stair"_a = false);
}

// What the documents of the decays end with.
#define NUCELLA_DECAY_DOC                                                       \
  "\n\nArgs:\n"                                                                 \
  "    learning_rate (float): Of step 0.\n"                                     \
  "    decay_rate (float): How fast it falls.\n"                                \
  "    decay_steps (int): The steps of one period.\n"                           \
  "    is_stair (bool): The rate changes once in a period. Default: False.\n\n" \
  "Raises:\n"                                                                   \
  "    TypeError, ValueError: An argument is of another type or out of its range."

void bind_cells(nb::module_& m) {
  bind_decay<nn::ExponentialDecayLR>(m, "ExponentialDecayLR",
                                     "learning_rate * decay_rate^(step / decay_steps)." NUCELLA_DECAY_DOC);
  bind_decay<nn::NaturalExpDecayLR>(m, "NaturalExpDecayLR",
                                    "learning_rate * exp(-decay_rate * step)." NUCELLA_DECAY_DOC);
  bind_decay<nn::InverseDecayLR>(m, "InverseDecayLR",
                                 "learning_rate / (1 + decay_rate * step / decay_steps)." NUCELLA_DECAY_DOC);
  cell_class<nn::CosineDecayLR, nn::LearningRateSchedule>(
      m, "CosineDecayLR",
      R"(min_lr + (max_lr - min_lr) / 2 * (1 + cos(pi * min(step, decay_steps) / decay_steps)).

Args:
    min_lr (float): At the end.
    max_lr (float): Of step 0; greater than min_lr.
    decay_steps (int): The steps from one to the other.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::CosineDecayLR> self, nb::handle min_lr,
                                nb::handle max_lr, nb::handle decay_steps) {
             init_cell(self, real(min_lr, "CosineDecayLR", "min_lr"), real(max_lr, "CosineDecayLR", "max_lr"),
                       ArgumentReader("CosineDecayLR").integer(decay_steps, "decay_steps"));
           }),
           "min_lr"_a, "max_lr"_a, "decay_steps"_a);
  cell_class<nn::PolynomialDecayLR, nn::LearningRateSchedule>(
      m, "PolynomialDecayLR",
      R"((learning_rate - end) * (1 - min(step, decay_steps) / decay_steps)^power + end.

Args:
    learning_rate (float): Of step 0.
    end_learning_rate (float): At the end.
    decay_steps (int): The steps from one to the other.
    power (float): Greater than 0.
    update_decay_steps (bool): Stretch decay_steps to the multiple of it that covers the step. Default: False.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::PolynomialDecayLR> self, nb::handle learning_rate,
                                nb::handle end_learning_rate, nb::handle decay_steps, nb::handle power,
                                nb::handle update_decay_steps) {
             constexpr const char* who = "PolynomialDecayLR";
             constexpr ArgumentReader read(who);
             init_cell(self, real(learning_rate, who, "learning_rate"),
                       real(end_learning_rate, who, "end_learning_rate"),
                       read.integer(decay_steps, "decay_steps"), real(power, who, "power"),
                       read.boolean(update_decay_steps, "update_decay_steps"));
           }),
           "learning_rate"_a, "end_learning_rate"_a, "decay_steps"_a, "power"_a,
           "update_decay_steps"_a = false);
  cell_class<nn::WarmUpLR, nn::LearningRateSchedule>(
      m, "WarmUpLR", R"(learning_rate * min(step, warmup_steps) / warmup_steps.

Args:
    learning_rate (float): At the end.
    warmup_steps (int): The steps up to it.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::WarmUpLR> self, nb::handle learning_rate,
                                nb::handle warmup_steps) {
             init_cell(self, real(learning_rate, "WarmUpLR", "learning_rate"),
                       ArgumentReader("WarmUpLR").integer(warmup_steps, "warmup_steps"));
           }),
           "learning_rate"_a, "warmup_steps"_a);
}

nn::TableOptions table_options(const ArgumentReader& read, nb::handle total_step, nb::handle step_per_epoch) {
  return {read.integer(total_step, "total_step"), read.integer(step_per_epoch, "step_per_epoch")};
}

using DecayTable = std::vector<double> (*)(double, double, nn::TableOptions, int64_t, bool);

template <DecayTable kTable>
void bind_decay_table(nb::module_& m, const char* name, const char* doc) {
  m.def(
      name,
      [name](nb::handle learning_rate, nb::handle decay_rate, nb::handle total_step,
             nb::handle step_per_epoch, nb::handle decay_epoch, nb::handle is_stair) {
        const ArgumentReader read(name);
        return kTable(real(learning_rate, name, "learning_rate"), real(decay_rate, name, "decay_rate"),
                      table_options(read, total_step, step_per_epoch),
                      read.integer(decay_epoch, "decay_epoch"), read.boolean(is_stair, "is_stair"));
      },
      "learning_rate"_a, "decay_rate"_a, "total_step"_a, "step_per_epoch"_a, "decay_epoch"_a,
      "is_stair"_a = false, doc);
}

void bind_tables(nb::module_& m) {
  bind_decay_table<nn::exponential_decay_lr>(
      m, "exponential_decay_lr", "One rate per step: learning_rate * decay_rate^(epoch / decay_epoch).");
  bind_decay_table<nn::natural_exp_decay_lr>(m, "natural_exp_decay_lr",
                                             "One rate per step: learning_rate * exp(-decay_rate * epoch).");
  bind_decay_table<nn::inverse_decay_lr>(
      m, "inverse_decay_lr", "One rate per step: learning_rate / (1 + decay_rate * epoch / decay_epoch).");
  m.def(
      "piecewise_constant_lr",
      [](nb::handle milestone, nb::handle learning_rates) {
        constexpr const char* who = "piecewise_constant_lr";
        for (nb::handle list : {milestone, learning_rates})
          if (!PyTuple_Check(list.ptr()) && !PyList_Check(list.ptr()))
            raise<TypeError>("For '", who, "', both arguments must be a tuple or list, got ",
                             object_type(list));
        std::vector<int64_t> steps;
        for (nb::handle item : nb::borrow<nb::object>(milestone))
          steps.push_back(ArgumentReader(who).integer(item, "milestone"));
        std::vector<double> rates;
        for (nb::handle item : nb::borrow<nb::object>(learning_rates))
          rates.push_back(real(item, who, "learning_rates"));
        return nn::piecewise_constant_lr(steps, rates);
      },
      "milestone"_a, "learning_rates"_a,
      "One rate per step: learning_rates[k] up to step milestone[k], from that of the one before.");
  m.def(
      "cosine_decay_lr",
      [](nb::handle min_lr, nb::handle max_lr, nb::handle total_step, nb::handle step_per_epoch,
         nb::handle decay_epoch) {
        constexpr const char* who = "cosine_decay_lr";
        constexpr ArgumentReader read(who);
        return nn::cosine_decay_lr(real(min_lr, who, "min_lr"), real(max_lr, who, "max_lr"),
                                   table_options(read, total_step, step_per_epoch),
                                   read.integer(decay_epoch, "decay_epoch"));
      },
      "min_lr"_a, "max_lr"_a, "total_step"_a, "step_per_epoch"_a, "decay_epoch"_a,
      "One rate per step: from max_lr down to min_lr along a cosine within decay_epoch epochs.");
  m.def(
      "polynomial_decay_lr",
      [](nb::handle learning_rate, nb::handle end_learning_rate, nb::handle total_step,
         nb::handle step_per_epoch, nb::handle decay_epoch, nb::handle power, nb::handle update_decay_epoch) {
        constexpr const char* who = "polynomial_decay_lr";
        constexpr ArgumentReader read(who);
        return nn::polynomial_decay_lr(
            real(learning_rate, who, "learning_rate"), real(end_learning_rate, who, "end_learning_rate"),
            table_options(read, total_step, step_per_epoch), read.integer(decay_epoch, "decay_epoch"),
            real(power, who, "power"), read.boolean(update_decay_epoch, "update_decay_epoch"));
      },
      "learning_rate"_a, "end_learning_rate"_a, "total_step"_a, "step_per_epoch"_a, "decay_epoch"_a,
      "power"_a, "update_decay_epoch"_a = false,
      "One rate per step: (learning_rate - end) * (1 - epoch / decay_epoch)^power + end.");
  m.def(
      "warmup_lr",
      [](nb::handle learning_rate, nb::handle total_step, nb::handle step_per_epoch,
         nb::handle warmup_epoch) {
        constexpr const char* who = "warmup_lr";
        constexpr ArgumentReader read(who);
        return nn::warmup_lr(real(learning_rate, who, "learning_rate"),
                             table_options(read, total_step, step_per_epoch),
                             read.integer(warmup_epoch, "warmup_epoch"));
      },
      "learning_rate"_a, "total_step"_a, "step_per_epoch"_a, "warmup_epoch"_a,
      "One rate per step: learning_rate * min(epoch, warmup_epoch) / warmup_epoch.");
}

}  // namespace

void bind_schedules(nb::module_& m) {
  bind_cells(m);
  bind_tables(m);
}

}  // namespace nucella::python
