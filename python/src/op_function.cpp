// The type of the functions that stand for ops: one object for each name that MindSpore has for one.
#include <structmember.h>

#include "bind.h"
#include "errors.h"
#include "nucella/ops/operators.h"
#include "op_arguments.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

constexpr size_t kMaxArguments = 16;

struct OpFunction {
  PyObject_HEAD vectorcallfunc vectorcall;
  Signature* signature;
  PyObject* module;
  PyObject* doc;
  bool bound;
};
PyTypeObject* function_type = nullptr;

OpFunction* as_function(PyObject* object) { return reinterpret_cast<OpFunction*>(object); }

// Attributes of one call, on the stack.
class AttrStack {
 public:
  AttrStack() = default;
  AttrStack(const AttrStack&) = delete;
  AttrStack& operator=(const AttrStack&) = delete;
  ~AttrStack() { std::destroy_n(data(), size_); }
  void assign(const std::vector<Attr>& from) {
    for (const Attr& a : from) new (data() + size_++) Attr(a);
  }
  Attr& operator[](size_t i) { return data()[i]; }
  Attrs span() { return {data(), size_}; }

 private:
  Attr* data() { return reinterpret_cast<Attr*>(bytes_); }
  alignas(Attr) std::byte bytes_[kMaxArguments * sizeof(Attr)];
  size_t size_ = 0;
};

// The tensors of one call: those that came, and those made of numbers.
class TensorStack {
 public:
  explicit TensorStack(const Signature& signature) : signature_(signature), listed_(signature.tensors()) {}

  void put(const Argument& argument, PyObject* value) {
    const std::string_view name = PyUnicode_AsUTF8(argument.name.ptr());
    if (argument.kind == ParamKind::kTensors) {
      lists_.push_back({argument.place, to_tensors(value, signature_.function(), name)});
      return;
    }
    if (value == Py_None && !argument.required) return;
    const Tensor* tensor = quick_tensor_of(value);
    if (!tensor) {
      numbers_.push_back({argument.place, value, name});
      return;
    }
    single_[argument.place] = tensor;
    if (!like_ || like_->dtype() == bool_) like_ = tensor;
  }

  // The pointers in the order of the op's parameters.
  std::span<const Tensor* const> take() {
    for (const Number& number : numbers_) single_[number.place] = &(made_[number.place] = make(number));
    if (lists_.empty()) {
      for (size_t i = 0; i < listed_; ++i)
        if (!single_[i]) single_[i] = &undefined_;
      return {single_.data(), listed_};
    }
    for (size_t i = 0; i < listed_; ++i) append(i);
    return flat_;
  }

 private:
  struct Number {
    size_t place;
    PyObject* value;
    std::string_view name;
  };
  struct List {
    size_t place;
    Tensors tensors;
  };

  Tensor make(const Number& number) const {
    const bool is_number =
        PyFloat_Check(number.value) || PyLong_Check(number.value) || is_numpy_scalar(number.value);
    if (!is_number)
      raise<TypeError>(signature_.function(), ": '", number.name, "' must be a Tensor or a number, got ",
                       object_type(number.value));
    if (!like_) return tensor_from_object(number.value, {});
    const Tensor single = tensor_like_number(number.value, *like_);
    // A number that is to be written into a variable fills it.
    const bool writes = signature_.entry().def->updates.numerator > 0 && lists_.empty();
    return writes ? ops::broadcast_to(single, like_->shape()) : single;
  }

  void append(size_t place) {
    for (const List& list : lists_) {
      if (list.place != place) continue;
      for (const Tensor& t : list.tensors) flat_.push_back(&t);
      return;
    }
    flat_.push_back(single_[place] ? single_[place] : &undefined_);
  }

  const Signature& signature_;
  size_t listed_;
  std::array<const Tensor*, kMaxArguments> single_{};
  std::array<Tensor, kMaxArguments> made_;
  std::vector<Number> numbers_;
  std::vector<List> lists_;
  std::vector<const Tensor*> flat_;
  const Tensor* like_ = nullptr;
  const Tensor undefined_;
};

// An op that hands an input on gives back the object that came in; one that has written into a parameter
// gives a plain Tensor on the same data.
PyObject* result_object(const OpEntry& entry, Tensor&& result, std::span<PyObject* const> given) {
  if (entry.def->effect == Effect::kMemory) return new_tensor_object(ops::reshape(result, result.shape()));
  for (PyObject* object : given)
    if (object)
      if (const Tensor* t = quick_tensor_of(object); t && same(*t, result)) return Py_NewRef(object);
  return to_python(std::move(result)).release().ptr();
}

PyObject* run(Call call, const OpEntry& entry, std::span<PyObject* const> given) {
  if (entry.outputs == 1) {
    Tensor out;
    call.out = {&out, 1};
    apply_releasing_gil(call);
    return result_object(entry, std::move(out), given);
  }
  Tensors out(
      static_cast<size_t>(entry.outputs == kVariadic ? entry.def->count_outputs(call) : entry.outputs));
  call.out = out;
  apply_releasing_gil(call);
  if (out.empty()) return Py_NewRef(Py_None);
  const nb::object tuple = nb::steal(PyTuple_New(static_cast<Py_ssize_t>(out.size())));
  for (size_t i = 0; i < out.size(); ++i)
    PyTuple_SET_ITEM(tuple.ptr(), static_cast<Py_ssize_t>(i), result_object(entry, std::move(out[i]), given));
  return Py_NewRef(tuple.ptr());
}

PyObject* call_function(PyObject* self, PyObject* const* args, size_t flagged, PyObject* names) {
  return guarded([&] {
    const Signature& signature = *as_function(self)->signature;
    std::array<PyObject*, kMaxArguments> all{};
    const std::span<PyObject*> given(all.data(), signature.arguments().size());
    nb::object rest;
    signature.sort(args, static_cast<size_t>(PyVectorcall_NARGS(flagged)), names, given, rest);
    TensorStack tensors(signature);
    AttrStack changed;
    Attrs attrs = signature.attributes();
    for (size_t i = 0; i < given.size(); ++i) {
      const Argument& argument = signature.arguments()[i];
      if (!given[i]) continue;
      if (!argument.is_attr()) {
        tensors.put(argument, given[i]);
      } else if (given[i] != Py_None || argument.required) {
        if (changed.span().empty()) changed.assign(signature.attributes());
        changed[argument.place] = signature.attribute(argument, given[i]);
        attrs = changed.span();
      }
    }
    const OpEntry& entry = signature.entry();
    const auto op = static_cast<Op>(&entry - op_table().data());
    return run({op, Inputs(tensors.take()), attrs, {}}, entry, given);
  });
}

// --- the object

PyObject* new_function(Signature&& signature, nb::handle module, nb::handle doc, bool bound) {
  check<RuntimeError>(
      signature.arguments().size() <= kMaxArguments && signature.attributes().size() <= kMaxArguments,
      signature.function(), ": too many parameters");
  PyObject* const object = function_type->tp_alloc(function_type, 0);
  if (!object) nb::raise_python_error();
  OpFunction* const function = as_function(object);
  function->vectorcall = call_function;
  function->signature = new Signature(std::move(signature));
  function->module = Py_NewRef(module.ptr());
  function->doc = Py_NewRef(doc.ptr());
  function->bound = bound;
  return object;
}

void dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  OpFunction* const function = as_function(self);
  delete function->signature;
  Py_XDECREF(function->module);
  Py_XDECREF(function->doc);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* as_method(PyObject* self, PyObject* instance, PyObject*) {
  return instance ? PyMethod_New(self, instance) : Py_NewRef(self);
}

PyObject* text_object(const std::string& text) {
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* represent(PyObject* self) {
  const Signature& s = *as_function(self)->signature;
  return text_object(str("<function ", s.function(), s.text(), ">"));
}

PyObject* get_name(PyObject* self, void*) { return text_object(as_function(self)->signature->function()); }
PyObject* get_text(PyObject* self, void*) { return text_object(as_function(self)->signature->text()); }
PyObject* get_op(PyObject* self, void*) { return text_object(as_function(self)->signature->entry().name); }

PyObject* reduce(PyObject* self, PyObject*) {
  if (!as_function(self)->bound) return get_name(self, nullptr);  // pickle looks it up in its module
  PyErr_SetString(PyExc_TypeError, "a function with bound attributes cannot be pickled");
  return nullptr;
}

PyObject* copy_of(PyObject* self, PyObject*) { return Py_NewRef(self); }

PyObject* bind_attributes(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    if (PyTuple_GET_SIZE(args) > 0) raise<TypeError>("bind() takes keyword arguments only");
    const OpFunction& f = *as_function(self);
    const nb::dict given = kwargs ? nb::borrow<nb::dict>(kwargs) : nb::dict();
    return new_function(f.signature->bind(given), f.module, f.doc, true);
  });
}

PyGetSetDef getters[] = {{"__name__", get_name, nullptr, nullptr, nullptr},
                         {"__qualname__", get_name, nullptr, nullptr, nullptr},
                         {"__text_signature__", get_text, nullptr, nullptr, nullptr},
                         {"op", get_op, nullptr, "The name of the op in nucella's own list.", nullptr},
                         {nullptr, nullptr, nullptr, nullptr, nullptr}};

// Getters of these names would stand in for the module and the document of the type itself.
PyObject* get_attribute(PyObject* self, PyObject* name) {
  if (PyUnicode_CompareWithASCIIString(name, "__doc__") == 0) return Py_NewRef(as_function(self)->doc);
  if (PyUnicode_CompareWithASCIIString(name, "__module__") == 0) return Py_NewRef(as_function(self)->module);
  return PyObject_GenericGetAttr(self, name);
}

PyMethodDef methods[] = {{"bind", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(&bind_attributes)),
                          METH_VARARGS | METH_KEYWORDS, "The same function with these attributes fixed."},
                         {"__reduce__", reduce, METH_NOARGS, nullptr},
                         {"__copy__", copy_of, METH_NOARGS, nullptr},
                         {"__deepcopy__", copy_of, METH_O, nullptr},
                         {nullptr, nullptr, 0, nullptr}};

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(OpFunction, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

PyTypeObject* make_type() {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(&dealloc)},
                         {Py_tp_call, reinterpret_cast<void*>(&PyVectorcall_Call)},
                         {Py_tp_descr_get, reinterpret_cast<void*>(&as_method)},
                         {Py_tp_repr, reinterpret_cast<void*>(&represent)},
                         {Py_tp_getattro, reinterpret_cast<void*>(&get_attribute)},
                         {Py_tp_doc, const_cast<char*>("A function that calls one op of the core.")},
                         {Py_tp_getset, getters},
                         {Py_tp_methods, methods},
                         {Py_tp_members, members},
                         {0, nullptr}};
  PyType_Spec spec = {"nucella._core.OpFunction", sizeof(OpFunction), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR |
                          Py_TPFLAGS_DISALLOW_INSTANTIATION,
                      slots};
  return reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
}

const OpEntry& entry_called(std::string_view name) {
  for (const OpEntry& entry : op_table())
    if (name == entry.name) return entry;
  raise<AttributeError>("nucella has no op '", name, "'");
}

nb::object make_function(const std::string& op, const std::string& name, const std::string& parameters,
                         nb::handle module, const std::string& example) {
  Signature signature(entry_called(op), name, parameters);
  std::string doc = signature.documentation();
  if (!example.empty()) doc += "\n\nExamples:\n" + example;
  return nb::steal(new_function(std::move(signature), module, nb::cast(doc), false));
}

nb::object table() {
  nb::list rows;
  for (const OpEntry& entry : op_table()) {
    nb::list params;
    for (const Param& p : parse_signature(entry))
      params.append(nb::make_tuple(p.name, p.is_attr(), p.default_text));
    rows.append(nb::make_tuple(entry.name, entry.def->primitive, entry.def->doc, params));
  }
  return rows;
}

const char* kind_of(const OpDef& def) {
  if (def.compose) return "composed";
  return def.view ? "view" : "kernels";
}

nb::object facts() {
  nb::list rows;
  for (const OpEntry& entry : op_table()) {
    nb::list kernels;
    if (entry.cpu)
      for (const Kernel& kernel : entry.cpu->kernels) kernels.append(kernel.name);
    const bool differentiable = entry.def->vjp || entry.def->compose;
    rows.append(nb::make_tuple(entry.name, entry.signature, entry.outputs, kind_of(*entry.def), kernels,
                               differentiable, entry.def->promotes, entry.def->effect != Effect::kNone,
                               entry.def->samples));
  }
  return rows;
}

}  // namespace

void bind_ops(nb::module_& m) {
  function_type = make_type();
  if (!function_type) nb::raise_python_error();
  m.attr("OpFunction") = nb::handle(reinterpret_cast<PyObject*>(function_type));
  m.def("op_function", &make_function, "op"_a, "name"_a, "signature"_a, "module"_any = "nucella.ops",
        "example"_a = "",
        "A function called `name` that stands for the op `op`, with parameters called as `signature` says: "
        "\"input, axis=None, *, dtype:type=None\". Each stands for the op's parameter of that name, the next "
        "one, or "
        "the one behind the colon; `*name` collects what is left. AttributeError for an op that nucella "
        "lacks.");
  m.def("_op_facts", &facts);
  m.def("op_table", &table,
        "Every op: its name, MindSpore's name of its Primitive (or \"\"), its documentation, and its "
        "parameters "
        "as tuples (name, is an attribute, default as text).");
}

}  // namespace nucella::python
