// Arguments that all optimizers take from Python: parameters and their groups, rates, weight decays.
#pragma once
#include "arguments.h"
#include "cell_object.h"
#include "nucella/optim/optimizer.h"
#include "tensor_object.h"

namespace nucella::python {

/// A number, a tensor, anything that iterates over numbers, or a LearningRateSchedule; TypeError otherwise.
nn::LearningRate rate_from(nb::handle object, const char* who);
/// A number or a Cell; TypeError otherwise.
nn::WeightDecay decay_from(nb::handle object, const char* who);
/// Parameters or dicts of groups, all of one kind. ValueError for None, TypeError for anything else, KeyError
/// for a dict with an unknown key.
nn::OptimizerParams params_from(nb::handle object, const char* who);
/// TypeError unless an Optimizer.
std::shared_ptr<nn::Optimizer> optimizer_from(nb::handle object, const char* who);
/// A ParameterTuple of the Python objects of these parameters.
nb::object parameter_tuple(nb::handle self, const std::vector<Parameter>& parameters);

template <class O, class Base = nn::Optimizer>
auto optimizer_class(nb::module_& m, const char* name, const char* doc) {
  return cell_class<O, Base>(m, name, doc);
}

}  // namespace nucella::python
