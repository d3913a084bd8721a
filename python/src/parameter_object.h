// ParameterObject: what a Python Parameter holds; there is one object for each parameter while it is in use.
#pragma once
#include "convert.h"

namespace nucella::python {

/// Knows its parameter's one Python object; see find_parameter_object().
class ParameterObject : public Parameter {
 public:
  explicit ParameterObject(const Parameter& parameter);
  ParameterObject(const ParameterObject&) = delete;
  ~ParameterObject();
  /// Whether a Cell keeps the object; see parameter_objects().
  bool kept = false;
};

/// Attributes that are kept for graph compilers and several processes.
void bind_parameter_settings(nb::class_<ParameterObject, Tensor>& p);

/// The Python object of the parameter behind `tensor`, made when there is none; null for other tensors.
nb::object find_parameter_object(const Tensor& tensor);

void bind_parameter_copies(nb::class_<ParameterObject, Tensor>& parameter);

}  // namespace nucella::python
