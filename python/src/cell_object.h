// Cells that Python makes: any C++ cell type whose virtual functions find their way into Python subclasses.
#pragma once
#include <utility>

#include "bind.h"
#include "convert.h"

namespace nucella::python {

/// A method of nn.Cell that Python subclasses may override.
struct Overridable {
  explicit Overridable(const char* name) : name(PyUnicode_InternFromString(name)) {}
  PyObject* name;
  /// nn.Cell's own method, null when it has none; looked up with the first call.
  PyObject* base() const;

 private:
  mutable PyObject* base_ = nullptr;
  mutable bool known_ = false;
};
inline const Overridable kConstruct("construct"), kExtendRepr("extend_repr"), kBprop("bprop"),
    kGetExtraState("get_extra_state"), kSetExtraState("set_extra_state");

/// What a cell made by Python knows of its object.
class PyCell {
 public:
  virtual ~PyCell() {
    Py_XDECREF(kept);
    Py_XDECREF(arguments);
  }
  /// The construct of the C++ class, whatever Python overrides.
  virtual Value base_construct(const Values& inputs, const ValueDict& keywords) = 0;
  virtual std::string base_extend_repr() const = 0;
  /// The object that holds this cell; not counted.
  PyObject* object = nullptr;
  /// A dict of the Python Parameters and buffers registered here, by name, so that attributes that a user
  /// sets on them are not lost; null before the first.
  PyObject* kept = nullptr;
  /// What made the cell, for copies: the tuple that __init__ of `type` took. Null for a plain Cell.
  PyObject* arguments = nullptr;
  nb::handle type;

  /// True when a Python subclass (or the object itself) has a method of its own in the place of nn.Cell's.
  bool overrides(const Overridable& method) const;
  nb::object call(const Overridable& method, nb::handle args, nb::handle keywords = {}) const;
};

/// The arguments of a construct written in Python.
std::optional<ConstructSignature> signature_of_construct(nb::handle self);

/// Deleter of a CellPtr made for a Python cell: gives back a reference to the object, which owns the cell.
struct ObjectOwner {
  PyObject* object;
  void operator()(Cell*) const;
};

/// The PyCell of a cell that Python made, else null.
inline PyCell* py_cell(Cell& cell) { return dynamic_cast<PyCell*>(&cell); }

template <class Base>
class PyCellOf final : public Base, public PyCell {
 public:
  template <class... A>
  explicit PyCellOf(PyObject* self, A&&... args) : Base(std::forward<A>(args)...) {
    object = self;
  }

  std::string class_name() const override {
    const nb::gil_scoped_acquire gil;
    return nb::cast<std::string>(nb::handle(reinterpret_cast<PyObject*>(Py_TYPE(object))).attr("__name__"));
  }
  std::string extend_repr() const override {
    const nb::gil_scoped_acquire gil;
    if (!overrides(kExtendRepr)) return Base::extend_repr();
    return nb::cast<std::string>(call(kExtendRepr, nb::tuple()));
  }
  std::string base_extend_repr() const override { return Base::extend_repr(); }

  Value base_construct(const Values& inputs, const ValueDict& keywords) override {
    return keywords.empty() ? Base::construct_values(inputs)
                            : Base::construct_with_keywords(inputs, keywords);
  }

  std::optional<ConstructSignature> construct_signature() const override {
    const nb::gil_scoped_acquire gil;
    return overrides(kConstruct) ? signature_of_construct(object) : Base::construct_signature();
  }

  bool has_extra_state() const override {
    const nb::gil_scoped_acquire gil;
    return overrides(kGetExtraState) || Base::has_extra_state();
  }
  Value get_extra_state() const override {
    const nb::gil_scoped_acquire gil;
    if (!overrides(kGetExtraState)) return Base::get_extra_state();
    return to_value(call(kGetExtraState, nb::tuple()));
  }
  void set_extra_state(const Value& state) override {
    const nb::gil_scoped_acquire gil;
    if (!overrides(kSetExtraState)) return Base::set_extra_state(state);
    call(kSetExtraState, nb::make_tuple(to_python(state)));
  }

 protected:
  Value construct_values(const Values& inputs) override {
    const nb::gil_scoped_acquire gil;
    if (!overrides(kConstruct)) return Base::construct_values(inputs);
    return to_value(call(kConstruct, to_python(inputs)));
  }
  Value construct_with_keywords(const Values& inputs, const ValueDict& keywords) override {
    const nb::gil_scoped_acquire gil;
    if (!overrides(kConstruct)) return Base::construct_with_keywords(inputs, keywords);
    return to_value(call(kConstruct, to_python(inputs), to_python_keywords(keywords)));
  }
  bool has_bprop() const override {
    const nb::gil_scoped_acquire gil;
    return overrides(kBprop) || Base::has_bprop();
  }
  Value bprop_values(const Values& inputs, const Value& out, const Value& dout) override {
    const nb::gil_scoped_acquire gil;
    if (!overrides(kBprop)) return Base::bprop_values(inputs, out, dout);
    Values args = inputs;
    args.push_back(out);
    args.push_back(dout);
    return to_value(call(kBprop, to_python(args)));
  }
};

/// `__init__` of a cell type: builds PyCellOf<Base> in the object's own memory.
template <class Base, class... A>
void init_cell(nb::pointer_and_handle<Base> self, A&&... args) {
  new (self.p) PyCellOf<Base>(self.h.ptr(), std::forward<A>(args)...);
}

template <class T>
void note_arguments(nb::pointer_and_handle<T> self, nb::tuple arguments) {
  PyCell& cell = *py_cell(*self.p);
  cell.arguments = arguments.release().ptr();
  cell.type = nb::type<T>();
}

/// An `__init__` that notes its arguments on the cell: a copy is made by calling it with them again.
template <class T, class... A>
auto noting_arguments(void (*init)(nb::pointer_and_handle<T>, A...)) {
  return [init](nb::pointer_and_handle<T> self, A... args) {
    init(self, args...);
    note_arguments(self, nb::make_tuple(args...));
  };
}

// Parts of the class Cell, each in a file of its own.
using CellType = nb::class_<Cell, PyCellOf<Cell>>;
void bind_cell_attributes(CellType& cell);
void bind_cell_registry(CellType& cell);
void bind_cell_modes(CellType& cell);
void bind_cell_hooks(CellType& cell);
void bind_cell_state(CellType& cell);
void bind_cell_settings(CellType& cell);
void bind_cell_copies(CellType& cell);
// Type slots.
PyObject* cell_call(PyObject* self, PyObject* args, PyObject* keywords) noexcept;
int cell_traverse(PyObject* self, visitproc visit, void* arg) noexcept;
int cell_clear(PyObject* self) noexcept;

/// The slots of every cell type: nanobind would give derived types its own for garbage collection.
inline nb::type_slots cell_slots() {
  static const PyType_Slot slots[] = {{Py_tp_call, reinterpret_cast<void*>(cell_call)},
                                      {Py_tp_traverse, reinterpret_cast<void*>(cell_traverse)},
                                      {Py_tp_clear, reinterpret_cast<void*>(cell_clear)},
                                      {0, nullptr}};
  return nb::type_slots(slots);
}

/// A cell type of the C++ library under MindSpore's name.
template <class Base, class Parent = Cell>
auto cell_class(nb::module_& m, const char* name, const char* doc) {
  return nb::class_<Base, Parent, PyCellOf<Base>>(m, name, doc, cell_slots());
}

/// As to_python(child), for a child that lives inside the C++ cell behind `owner`: keeps that alive.
nb::object to_python_child(const CellPtr& child, nb::handle owner);
/// The cell behind `self`. TypeError unless it is a Cell, AttributeError naming __init__ when it has not been
/// initialised.
Cell& require_cell(nb::handle self, const char* doing);
/// A method of Cell that Python may call on an object whose __init__ has not run: `doing` is for the error.
template <class R, class C, class... A>
auto on_cell(const char* doing, R (C::*method)(A...)) {
  return [=](nb::handle self, A... args) -> R {
    return (require_cell(self, doing).*method)(std::forward<A>(args)...);
  };
}
template <class R, class C, class... A>
auto on_cell(const char* doing, R (C::*method)(A...) const) {
  return [=](nb::handle self, A... args) -> R {
    return (require_cell(self, doing).*method)(std::forward<A>(args)...);
  };
}
template <class R, class... A>
auto on_cell(const char* doing, R (*function)(Cell&, A...)) {
  return [=](nb::handle self, A... args) -> R {
    return function(require_cell(self, doing), std::forward<A>(args)...);
  };
}
/// The PyCell behind an initialised Cell object; null for an object that refers to a cell of C++.
PyCell* py_cell_of(nb::handle self);

// Parameters and buffers as Python objects that stay the same (cell_kept.cpp).
/// The object of a parameter registered as `name` in the cell behind `self`.
nb::object parameter_object(nb::handle self, nb::handle name, const Parameter& parameter);
/// The very object that was registered, or one for `buffer`.
nb::object buffer_object(nb::handle self, nb::handle name, const Tensor& buffer);
/// Keeps `object` as what is registered under `name`, or, null, nothing any more.
void keep(nb::handle self, nb::handle name, nb::handle object);
/// The objects of `parameters`, which are those of the cell behind `self` and of cells below it.
std::vector<nb::object> parameter_objects(nb::handle self, const std::vector<Parameter>& parameters);

// Registered things by kind (cell_attributes.cpp).
/// What is registered under `name`; null when nothing is, None for an empty slot.
nb::object registered(nb::handle self, Cell& cell, nb::handle name);
/// What Python asks for when neither the class nor __dict__ has it: something registered, or a flag.
/// AttributeError otherwise.
nb::object get_registered(nb::handle self, nb::handle name);
/// Registers a Parameter, Tensor or Cell, or, with None, an empty slot. TypeError for another object.
void register_as(nb::handle self, Cell& cell, Cell::Kind kind, nb::handle name, nb::handle value);
void unregister(nb::handle self, Cell& cell, nb::handle name);
/// KeyError, naming `method`, when `name` is that of an attribute that is not registered.
void check_new_name(nb::handle self, const Cell& cell, const std::string& name, const char* method);
/// Takes a plain attribute out, if there is one.
void drop_plain(nb::handle self, nb::handle name);
std::string_view text_of(nb::handle name);

}  // namespace nucella::python
