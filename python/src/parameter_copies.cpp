// Copies and pickles of a Parameter.
#include "bind.h"
#include "nucella/ops/ops.h"
#include "parameter_object.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

nb::dict attributes_of(nb::handle self) { return nb::borrow<nb::dict>(self.attr("__dict__")); }

nb::object copy(nb::handle self) {
  nb::object out = to_python(nb::inst_ptr<ParameterObject>(self)->clone());
  attributes_of(out).update(attributes_of(self));
  return out;
}

// As in MindSpore, layerwise_parallel is not copied.
nb::object deepcopy(nb::handle self, nb::handle memo) {
  Parameter clone = nb::inst_ptr<ParameterObject>(self)->clone();
  clone.set_layerwise_parallel(false);
  nb::object out = to_python(clone);
  attributes_of(out).update(nb::module_::import_("copy").attr("deepcopy")(attributes_of(self), memo));
  return out;
}

nb::tuple getstate(nb::handle self) {
  const auto& p = *nb::inst_ptr<ParameterObject>(self);
  return nb::make_tuple(to_python(ops::reshape(p, p.shape())), p.name(), p.requires_grad(),
                        p.layerwise_parallel(), p.parallel_optimizer(), p.comm_fusion(), p.sliced(),
                        attributes_of(self));
}

void setstate(nb::pointer_and_handle<ParameterObject> self, const nb::tuple& state) {
  Parameter parameter = Parameter::adopting(
      to_tensor(state[0], "Parameter.__setstate__", "data"), nb::cast<std::string>(state[1]),
      {nb::cast<bool>(state[2]), nb::cast<bool>(state[3]), nb::cast<bool>(state[4])});
  parameter.set_comm_fusion(nb::cast<int64_t>(state[5]));
  parameter.set_sliced(nb::cast<bool>(state[6]));
  new (self.p) ParameterObject(parameter);
  attributes_of(self.h).update(nb::borrow<nb::dict>(state[7]));
}

}  // namespace

void bind_parameter_copies(nb::class_<ParameterObject, Tensor>& p) {
  p.def("__copy__", &copy, "clone(), with the attributes set in Python.");
  p.def("__deepcopy__", &deepcopy, "memo"_any,
        "clone() without layerwise_parallel; one that is declared stays so.");
  p.def("__getstate__", &getstate);
  p.def("__setstate__", &setstate, "state"_a);
}

}  // namespace nucella::python
