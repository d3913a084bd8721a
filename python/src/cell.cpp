// The class Cell: making one, calling one, and how its children stay the same Python objects.
#include "cell_object.h"
#include "errors.h"
#include "known_objects.h"
#include "nucella/base/context.h"

namespace nucella::python {
namespace {

nb::object call_construct(PyObject* self, PyObject* args, PyObject* keywords) {
  const nb::object method = nb::steal(PyObject_GetAttr(self, kConstruct.name));
  if (!method.ptr()) nb::raise_python_error();
  PyObject* result = PyObject_Call(method.ptr(), args, keywords);
  if (!result) nb::raise_python_error();
  return nb::steal(result);
}

// A cell whose construct is C++: Python may go on meanwhile.
nb::object call_unlocked(Cell& cell, PyObject* args, PyObject* keywords) {
  const KnownObjects known(args, keywords);
  const Values inputs = to_values(args);
  const ValueDict named = to_keywords(keywords);
  Value output;
  {
    const nb::gil_scoped_release unlocked;
    output = cell.call(inputs, named);
  }
  return to_python(output);
}

thread_local int calls_under_way = 0;

struct CallScope {
  CallScope() { ++calls_under_way; }
  ~CallScope() { --calls_under_way; }
};

nb::object call_cell(PyObject* self, PyObject* args, PyObject* keywords) {
  Cell& cell = require_cell(self, "calling it");
  const CallScope scope;
  const PyCell* python = py_cell(cell);
  if (!python || !python->overrides(kConstruct)) return call_unlocked(cell, args, keywords);
  if (!cell.plain_call()) {
    const nb::gil_scoped_release unlocked;  // another thread may be filling the parameters, with Python code
    cell.get_ready();
  }
  if (!cell.plain_call()) {
    const KnownObjects known(args, keywords);
    return to_python(cell.call(to_values(args), to_keywords(keywords)));
  }
  nb::object output = call_construct(self, args, keywords);
  if (cell.plain_call()) return output;
  const KnownObjects known(args, keywords);
  return to_python(cell.run_forward_hooks({to_values(args), to_keywords(keywords)}, to_value(output)));
}

}  // namespace

// --- identity
// ------------------------------------------------------------------------------------------------

PyObject* Overridable::base() const {
  if (!known_) {
    base_ = PyDict_GetItem(reinterpret_cast<PyTypeObject*>(nb::type<Cell>().ptr())->tp_dict, name);
    known_ = true;
  }
  return base_;
}

bool PyCell::overrides(const Overridable& method) const {
  if (PyObject* found = _PyType_Lookup(Py_TYPE(object), method.name); found != method.base())
    return found != nullptr;
  PyObject** dict = _PyObject_GetDictPtr(object);
  return dict && *dict && PyDict_GetItem(*dict, method.name) != nullptr;
}

nb::object PyCell::call(const Overridable& method, nb::handle args, nb::handle keywords) const {
  const nb::object function = nb::steal(PyObject_GetAttr(object, method.name));
  if (!function.ptr()) nb::raise_python_error();
  PyObject* result = PyObject_Call(function.ptr(), args.ptr(), keywords.ptr());
  if (!result) nb::raise_python_error();
  return nb::steal(result);
}

void ObjectOwner::operator()(Cell*) const {
  if (!Py_IsInitialized()) return;
  const nb::gil_scoped_acquire gil;
  Py_DECREF(object);
}

Cell* cell_of(nb::handle object) {
  static const nb::handle type = nb::type<Cell>();
  if (!PyObject_TypeCheck(object.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())) ||
      !nb::inst_ready(object))
    return nullptr;
  return nb::inst_ptr<Cell>(object);
}

Cell& require_cell(nb::handle self, const char* doing) {
  static const nb::handle type = nb::type<Cell>();
  if (!PyObject_TypeCheck(self.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())))
    raise<TypeError>("Cell: ", doing, " needs a Cell, got ", object_type(self));
  if (!nb::inst_ready(self))
    raise<AttributeError>("The '", Py_TYPE(self.ptr())->tp_name,
                          "' object is not initialised: call super().__init__() before ", doing, ".");
  return *nb::inst_ptr<Cell>(self);
}

bool inside_graph() { return calls_under_way > 0 && execution_mode() == Mode::kGraph; }

PyCell* py_cell_of(nb::handle self) {
  Cell* const cell = cell_of(self);
  return cell ? py_cell(*cell) : nullptr;
}

CellPtr to_cell(nb::handle object, std::string_view who, std::string_view argument) {
  if (object.is_none()) return nullptr;
  Cell* cell = cell_of(object);
  if (!cell) raise<TypeError>(who, ": '", argument, "' must be a Cell, got ", object_type(object));
  Py_INCREF(object.ptr());
  return CellPtr(cell, ObjectOwner{object.ptr()});
}

nb::object to_python(Cell& cell) { return to_python(CellPtr(CellPtr(), &cell)); }

nb::object to_python(const CellPtr& cell) {
  if (!cell) return nb::none();
  if (const PyCell* python = py_cell(*cell)) return nb::borrow(python->object);
  return nb::cast(cell);
}

nb::object to_python_child(const CellPtr& child, nb::handle owner) {
  nb::object object = to_python(child);
  if (child && !py_cell(*child)) NB_CALL(keep_alive_py)(NB_CTX, object.ptr(), owner.ptr());
  return object;
}

PyObject* cell_call(PyObject* self, PyObject* args, PyObject* keywords) noexcept {
  return guarded([&] { return call_cell(self, args, keywords).release().ptr(); });
}

namespace {

nb::object construct_of_base(nb::handle self, nb::args args, nb::kwargs keywords) {
  Cell& cell = require_cell(self, "calling construct");
  const KnownObjects known(args);
  const Values inputs = to_values(args);
  PyCell* python = py_cell(cell);
  return to_python(python ? python->base_construct(inputs, to_keywords(keywords))
                          : cell.run_construct(inputs));
}

std::string repr_of(nb::handle self) { return require_cell(self, "printing it").repr(); }

nb::object& first_init() {
  static nb::object* init = new nb::object;
  return *init;
}

// Calling __init__ once more starts over, as it does in MindSpore.
PyObject* init_again(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) noexcept {
  return guarded([&] {
    if (nb::inst_ready(self)) nb::inst_destruct(self);
    const auto named = keywords ? static_cast<size_t>(PyTuple_GET_SIZE(keywords)) : 0;
    std::vector<PyObject*> all{self};
    all.insert(all.end(), args, args + static_cast<size_t>(count) + named);
    return PyObject_Vectorcall(first_init().ptr(), all.data(), static_cast<size_t>(count) + 1, keywords);
  });
}

void init_plain_cell(nb::pointer_and_handle<Cell> self, bool auto_prefix, nb::object flags) {
  check<TypeError>(flags.is_none() || is_mapping(flags), "Cell: 'flags' must be a dict, got ",
                   object_type(flags));
  nb::dict given;
  if (!flags.is_none()) given.update(flags);
  init_cell<Cell>(self, auto_prefix, to_keywords(given));
}

void bind_init(CellType& cell) {
  cell.def("__init__", &init_plain_cell, "auto_prefix"_a = true, "flags"_a = nb::none());
  first_init() = cell.attr("__init__");
  static PyMethodDef definition{"__init__",
                                reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&init_again)),
                                METH_FASTCALL | METH_KEYWORDS, "Makes an empty cell."};
  cell.attr("__init__") =
      nb::steal(PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(cell.ptr()), &definition));
}

}  // namespace

void bind_cell(nb::module_& m) {
  CellType cell(m, "Cell", nb::dynamic_attr(), nb::is_weak_referenceable(), cell_slots());
  cell.doc() =
      R"(Base of all networks and layers: parameters, buffers, children, hooks, flags and a construct.

Subclass it, call ``super().__init__()`` first, assign Parameters, Buffers and Cells as attributes, and write
``construct``. Calling the cell runs pre-hooks, casts, construct and hooks.

Args:
    auto_prefix (bool): Name the parameters of children after the attribute that holds them. Default: True.
    flags (dict): Attributes to begin with, see :meth:`add_flags`. Default: None.

Raises:
    TypeError: `flags` is not a dict.

Examples:
    >>> class Net(nn.Cell):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.dense = nn.Dense(2, 1, weight_init="ones", bias_init="zeros")
    ...
    ...     def construct(self, x):
    ...         return ops.relu(self.dense(x))
    >>> print(Net()(Tensor([[1.0, 2.0]])))
    [[3.]])";
  bind_init(cell);
  cell.def("construct", &construct_of_base, R"(Computes the result; every subclass writes its own.

Examples:
    >>> class Doubled(nn.Cell):
    ...     def construct(self, x):
    ...         return 2 * x
    >>> print(Doubled()(Tensor([1.0, 2.0])))
    [2. 4.])");
  cell.def("__repr__", &repr_of);
  cell.def("__bool__", [](nb::handle) { return true; });
  cell.def(
      "extend_repr",
      [](nb::handle self) {
        const PyCell* python = py_cell(require_cell(self, "printing it"));
        return python ? python->base_extend_repr() : nb::inst_ptr<Cell>(self)->extend_repr();
      },
      R"(What stands between the parentheses of repr(), before the children.

Examples:
    >>> class Scaled(nn.Cell):
    ...     def extend_repr(self):
    ...         return "factor=2"
    >>> Scaled()
    Scaled(factor=2))");
  bind_cell_attributes(cell);
  bind_cell_registry(cell);
  bind_cell_modes(cell);
  bind_cell_hooks(cell);
  bind_cell_state(cell);
  bind_cell_settings(cell);
  bind_cell_copies(cell);
}

}  // namespace nucella::python
