#include "optimizer_arguments.h"

namespace nucella::python {

nn::LearningRate rate_from(nb::handle object, const char* who) {
  if (const Tensor* tensor = tensor_of(object)) return nn::LearningRate(*tensor);
  if (Cell* cell = cell_of(object)) {
    auto* schedule = dynamic_cast<nn::LearningRateSchedule*>(cell);
    if (!schedule)
      raise<TypeError>("For '", who, "', 'learning_rate' must be a LearningRateSchedule, got ",
                       object_type(object));
    const CellPtr owner = to_cell(object, who, "learning_rate");
    return nn::LearningRate(std::shared_ptr<nn::LearningRateSchedule>(owner, schedule));
  }
  if (PyFloat_Check(object.ptr()) || (PyLong_Check(object.ptr()) && !PyBool_Check(object.ptr())))
    return nn::LearningRate(PyFloat_AsDouble(object.ptr()));
  if (!PyObject_HasAttrString(object.ptr(), "__iter__") || PyUnicode_Check(object.ptr()))
    raise<TypeError>("For '", who,
                     "', 'learning_rate' must be a float, list, Tensor or LearningRateSchedule, got ",
                     object_type(object));
  std::vector<float> table;
  for (nb::handle item : nb::borrow<nb::object>(object))
    table.push_back(static_cast<float>(ArgumentReader(who).number(item, "learning_rate")));
  return nn::LearningRate(std::move(table));
}

nn::WeightDecay decay_from(nb::handle object, const char* who) {
  if (cell_of(object)) return to_cell(object, who, "weight_decay");
  if (!PyFloat_Check(object.ptr()) && !PyLong_Check(object.ptr()))
    raise<TypeError>("For '", who, "', 'weight_decay' must be a float or a Cell, got ", object_type(object));
  return ArgumentReader(who).number(object, "weight_decay");
}

namespace {

nn::ParamGroup group_from(nb::handle dict, const char* who) {
  const ArgumentReader read(who);
  nn::ParamGroup group;
  for (auto [key, value] : nb::borrow<nb::dict>(dict)) {
    const std::string name = read.text(key, "key of a parameter group");
    if (name == "params") {
      group.params = read.parameters(value, "params");
    } else if (name == "lr") {
      group.lr = rate_from(value, who);
    } else if (name == "weight_decay") {
      group.weight_decay = decay_from(value, who);
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

}  // namespace

nn::OptimizerParams params_from(nb::handle object, const char* who) {
  if (object.is_none()) raise<ValueError>("For '", who, "', 'params' must not be None");
  if (parameter_of(object) || !PyObject_HasAttrString(object.ptr(), "__iter__") ||
      PyUnicode_Check(object.ptr()))
    raise<TypeError>("For '", who, "', 'params' must be a list of Parameters or of dicts, got ",
                     object_type(object));
  std::vector<Parameter> parameters;
  std::vector<nn::ParamGroup> groups;
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
  return groups.empty() ? nn::OptimizerParams(std::move(parameters)) : nn::OptimizerParams(std::move(groups));
}

std::shared_ptr<nn::Optimizer> optimizer_from(nb::handle object, const char* who) {
  auto* optimizer = dynamic_cast<nn::Optimizer*>(cell_of(object));
  if (!optimizer)
    raise<TypeError>("For '", who, "', 'optimizer' must be an Optimizer, got ", object_type(object));
  return {to_cell(object, who, "optimizer"), optimizer};
}

nb::object parameter_tuple(nb::handle self, const std::vector<Parameter>& parameters) {
  nb::list out;
  for (const nb::object& p : parameter_objects(self, parameters)) out.append(p);
  return nb::module_::import_("nucella.common.parameter").attr("ParameterTuple")(out);
}

}  // namespace nucella::python
