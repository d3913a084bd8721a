// The slots of the type Tensor, one function for each file that has some.
#pragma once
#include <nanobind/nanobind.h>

#include <vector>

namespace nucella::python {

std::vector<PyType_Slot> operator_slots();
std::vector<PyType_Slot> index_slots();
std::vector<PyType_Slot> buffer_slots();

/// `function` as a slot of the kind `id`.
template <class F>
PyType_Slot slot(int id, F* function) {
  return {id, reinterpret_cast<void*>(function)};
}

}  // namespace nucella::python
