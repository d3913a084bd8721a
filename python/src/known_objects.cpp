#include "known_objects.h"

#include <ranges>

namespace nucella::python {
namespace {

struct Known {
  const void* tensor;
  PyObject* object;
};
thread_local std::vector<Known> known;

void note(PyObject* object) {
  if (const Tensor* tensor = tensor_of(object)) known.push_back({tensor->id(), object});
}

}  // namespace

KnownObjects::KnownObjects(nb::handle args, nb::handle keywords) : before_(known.size()) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args.ptr()); ++i) note(PyTuple_GET_ITEM(args.ptr(), i));
  PyObject *key, *value;
  for (Py_ssize_t at = 0; keywords.ptr() && PyDict_Next(keywords.ptr(), &at, &key, &value);) note(value);
}

KnownObjects::~KnownObjects() { known.resize(before_); }

nb::object known_object(const Tensor& tensor) {
  for (const Known& one : known | std::views::reverse)
    if (one.tensor == tensor.id()) return nb::borrow(one.object);
  return {};
}

}  // namespace nucella::python
