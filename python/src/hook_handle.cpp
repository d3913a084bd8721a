#include "hook_handle.h"

#include "cell_references.h"

namespace nucella::python {
namespace {

nb::object weak_reference(nb::handle cell) {
  nb::object out = nb::steal(PyWeakref_NewRef(cell.ptr(), nullptr));
  if (!out.ptr()) nb::raise_python_error();
  return out;
}

nb::object target_of(const PyHookHandle& self) { return self.cell.ptr() ? self.cell() : nb::none(); }

void remove(PyHookHandle& self) {
  self.handle.remove();
  const uint64_t id = std::exchange(self.copied, 0);
  const Cell* cell = id ? cell_of(target_of(self)) : nullptr;
  if (!cell) return;
  CellReferences::for_each_list(*cell, [&](std::string_view kind, const auto& list) {
    if (kind == self.kind) list.handle(id).remove();
  });
}

// The cell goes along: a deep copy or pickle of its net has copied it or copies it now.
nb::tuple reduce(const PyHookHandle& self) {
  const uint64_t id = self.copied ? self.copied : self.handle.id();
  return nb::make_tuple(nb::type<PyHookHandle>(), nb::make_tuple(target_of(self), self.kind, id));
}

}  // namespace

PyHookHandle handle_on(nb::handle self, const char* kind, HookHandle handle) {
  return {std::move(handle), weak_reference(self), kind, 0};
}

void bind_hook_handle(nb::module_& m) {
  nb::class_<PyHookHandle>(
      m, "HookHandle",
      "Takes a hook out again. A copy that is made with its net takes out the copy of the hook.",
      nb::is_weak_referenceable())
      .def(
          "__init__",
          [](PyHookHandle* self, nb::handle cell, std::string kind, uint64_t id) {
            const bool bound = !cell.is_none();
            new (self) PyHookHandle{
                {}, bound ? weak_reference(cell) : nb::object(), std::move(kind), bound ? id : 0};
          },
          "cell"_a.none() = nb::none(), "kind"_a = "", "id"_a = 0)
      .def("remove", &remove, "Removes the hook; harmless when repeated.")
      .def("__reduce__", &reduce);
}

}  // namespace nucella::python
