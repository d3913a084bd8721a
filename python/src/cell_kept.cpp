// Parameters and buffers of a Cell as Python objects: whoever asks twice gets the same object.
#include "cell_object.h"
#include "parameter_object.h"

namespace nucella::python {
namespace {

PyObject* kept_as(const PyCell* cell, nb::handle name) {
  return cell && cell->kept ? PyDict_GetItem(cell->kept, name.ptr()) : nullptr;
}

// Where the object of a parameter is kept: the nearest cell above it that Python made, and the path from
// there.
struct Place {
  PyCell* cell;
  std::string name;
};

std::unordered_map<const void*, Place> places_below(nb::handle self) {
  std::unordered_map<const void*, Place> out;
  PyCell* const root = py_cell_of(self);
  for (const auto& [path, cell] : require_cell(self, "listing parameters").cells_and_names()) {
    PyCell* const own = py_cell(*cell);
    const std::string prefix = own || path.empty() ? "" : path + ".";
    for (const auto& [name, parameter] : cell->parameters_and_names("", false))
      out.try_emplace(parameter.id(), Place{own ? own : root, prefix + name});
  }
  return out;
}

void mark_kept(nb::handle object, bool kept) {
  if (parameter_of(object)) nb::inst_ptr<ParameterObject>(object)->kept = kept;
}

void keep_in(PyCell& cell, nb::handle name, nb::handle object) {
  mark_kept(object, true);
  if (!cell.kept && !(cell.kept = PyDict_New())) nb::raise_python_error();
  if (PyDict_SetItem(cell.kept, name.ptr(), object.ptr()) != 0) nb::raise_python_error();
}

}  // namespace

nb::object parameter_object(nb::handle self, nb::handle name, const Parameter& parameter) {
  PyObject* known = kept_as(py_cell_of(self), name);
  const Parameter* kept = known ? parameter_of(known) : nullptr;
  if (kept && same(*kept, parameter)) return nb::borrow(known);
  nb::object object = to_python(parameter);
  if (parameter.defined()) keep(self, name, object);
  return object;
}

nb::object buffer_object(nb::handle self, nb::handle name, const Tensor& buffer) {
  PyObject* known = kept_as(py_cell_of(self), name);
  const Tensor* kept = known ? tensor_of(known) : nullptr;
  if (kept && same(*kept, buffer)) return nb::borrow(known);
  nb::object object = to_python(buffer);
  if (buffer.defined()) keep(self, name, object);
  return object;
}

void keep(nb::handle self, nb::handle name, nb::handle object) {
  PyCell* const cell = py_cell_of(self);
  if (!cell) return;
  if (object.ptr()) return keep_in(*cell, name, object);
  if (PyObject* known = kept_as(cell, name)) {
    mark_kept(known, false);
    PyDict_DelItem(cell->kept, name.ptr());
  }
}

std::vector<nb::object> parameter_objects(nb::handle self, const std::vector<Parameter>& parameters) {
  std::vector<nb::object> out;
  out.reserve(parameters.size());
  bool all_kept = true;
  for (const Parameter& parameter : parameters) {
    out.push_back(to_python(parameter));
    all_kept &= nb::inst_ptr<ParameterObject>(out.back())->kept;
  }
  if (all_kept) return out;
  const auto places = places_below(self);
  for (const nb::object& object : out) {
    const auto& parameter = *nb::inst_ptr<ParameterObject>(object);
    const auto place = places.find(parameter.id());
    if (parameter.kept || place == places.end() || !place->second.cell) continue;
    keep_in(*place->second.cell, nb::str(place->second.name.c_str()), object);
  }
  return out;
}

}  // namespace nucella::python
