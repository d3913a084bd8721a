// What a Cell refers to, for Python's collector of reference cycles: children and hooks live in C++.
#include "cell_references.h"

namespace nucella::python {

int cell_traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  PyObject** dict = _PyObject_GetDictPtr(self);
  if (dict) Py_VISIT(*dict);
  Py_VISIT(Py_TYPE(self));
  if (!nb::inst_ready(self)) return 0;
  if (const PyCell* cell = py_cell(*nb::inst_ptr<Cell>(self))) {
    Py_VISIT(cell->kept);
    Py_VISIT(cell->arguments);
  }
  int result = 0;
  CellReferences::for_each_object(*nb::inst_ptr<Cell>(self), [&](PyObject* object) {
    if (result == 0) result = visit(object, arg);
  });
  return result;
}

int cell_clear(PyObject* self) noexcept {
  if (nb::inst_ready(self)) {
    Cell& cell = *nb::inst_ptr<Cell>(self);
    CellReferences::clear(cell);
    if (PyCell* python = py_cell(cell)) {
      Py_CLEAR(python->kept);
      Py_CLEAR(python->arguments);
    }
  }
  PyObject** dict = _PyObject_GetDictPtr(self);
  if (dict) Py_CLEAR(*dict);
  return 0;
}

}  // namespace nucella::python
