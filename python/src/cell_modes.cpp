// Cell methods about modes and flags: training, gradients, casts.
#include "cell_object.h"

namespace nucella::python {
namespace {

// A flag is an attribute: one of the class, one that is registered, or one that C++ keeps, which then must
// not hide behind a plain one.
void set_flags(nb::handle self, Cell& cell, const nb::dict& flags) {
  for (auto [name, value] : flags) {
    if (_PyType_Lookup(Py_TYPE(self.ptr()), name.ptr()) ||
        cell.find_kind(text_of(name)) != Cell::Kind::kNone) {
      nb::setattr(self, name, value);
    } else {
      drop_plain(self, name);
    }
  }
  cell.add_flags(to_keywords(flags));
}

// Flags that C++ has set on this cell and all below.
void show_flags(nb::handle self, std::initializer_list<const char*> names) {
  for (const auto& [path, cell] : require_cell(self, "setting flags").cells_and_names())
    if (const PyCell* python = py_cell(*cell))
      for (const char* name : names) drop_plain(python->object, nb::str(name));
}

nb::object add_flags(nb::handle self, nb::kwargs flags) {
  set_flags(self, require_cell(self, "add_flags"), flags);
  return nb::borrow(self);
}

nb::object add_flags_recursive(nb::handle self, nb::kwargs flags) {
  for (const auto& [path, cell] : require_cell(self, "add_flags_recursive").cells_and_names()) {
    const nb::object object = cell.get() == cell_of(self) ? nb::borrow(self) : to_python_child(cell, self);
    set_flags(object, *cell, flags);
  }
  return nb::borrow(self);
}

nb::object to_float(nb::handle self, nb::handle dst_type) {
  const auto dtype = dtype_of_object(dst_type);
  if (!dtype)
    raise<ValueError>("Cell.to_float: 'dst_type' must be float16, float32 or bfloat16, got ",
                      nb::cast<std::string>(nb::repr(dst_type)));
  require_cell(self, "to_float").to_float(*dtype);
  show_flags(self, {"fp16", "fp32", "bf16"});
  return nb::borrow(self);
}

nb::object cast_inputs(nb::handle self, nb::handle inputs, nb::handle dst_type) {
  require_cell(self, "cast_inputs");
  return to_python(Cell::cast_inputs(to_values(inputs), to_dtype(dst_type, "Cell.cast_inputs", "dst_type")));
}

nb::object cast_param(nb::handle self, nb::handle param) {
  const Parameter* parameter = parameter_of(param);
  if (!parameter) raise<TypeError>("Cell.cast_param: 'param' must be a Parameter, got ", object_type(param));
  return to_python(require_cell(self, "cast_param").cast_param(*parameter));
}

void set_phase(nb::handle self, nb::handle phase) {
  if (!PyUnicode_Check(phase.ptr())) raise<TypeError>("Cell.phase: expected a str, got ", object_type(phase));
  require_cell(self, "setting phase").set_phase(nb::cast<std::string>(phase));
}

nb::object run_construct(nb::handle self, nb::handle cast_inputs, nb::handle kwargs) {
  nb::object construct = self.attr("construct");
  PyObject* result = PyObject_Call(construct.ptr(), nb::make_tuple(cast_inputs).ptr(), kwargs.ptr());
  if (!result) nb::raise_python_error();
  return nb::steal(result);
}

}  // namespace

void bind_cell_modes(CellType& cell) {
  cell.def("add_flags", &add_flags, "flags"_a, R"(Sets attributes and remembers them; returns the cell.

Examples:
    >>> net = nn.ReLU().add_flags(sink_mode=True)
    >>> net.sink_mode
    True)");
  cell.def("add_flags_recursive", &add_flags_recursive, "flags"_a,
           R"(add_flags() on this cell and all below; returns the cell.

Examples:
    >>> net = nn.SequentialCell(nn.ReLU()).add_flags_recursive(sink_mode=True)
    >>> net[0].sink_mode
    True)");
  cell.def(
      "get_flags",
      [](nb::handle self) { return to_python_keywords(require_cell(self, "get_flags").get_flags()); },
      R"(What add_flags() has set, as a dict.

Examples:
    >>> nn.ReLU().add_flags(sink_mode=True).get_flags()
    {'sink_mode': True})");
  cell.def(
      "set_train",
      [](nb::handle self, bool mode) {
        require_cell(self, "set_train").set_train(mode);
        return nb::borrow(self);
      },
      "mode"_a = true, R"(Training mode for this cell and all below; phase becomes 'train' or 'predict'.

Examples:
    >>> net = nn.SequentialCell(nn.Dropout())
    >>> net.set_train()[0].training
    True)");
  cell.def(
      "set_grad",
      [](nb::handle self, bool requires_grad) {
        require_cell(self, "set_grad").set_grad(requires_grad);
        return nb::borrow(self);
      },
      "requires_grad"_a = true, R"(Sets requires_grad of this cell alone.

Examples:
    >>> nn.ReLU().set_grad().requires_grad
    True)");
  cell.def("to_float", &to_float, "dst_type"_a.none(),
           R"(This cell and all below compute in `dst_type`. ValueError unless float16, float32 or bfloat16.

Examples:
    >>> net = nn.Dense(2, 3).to_float(nucella.float16)
    >>> net(Tensor([[1.0, 2.0]])).dtype, net.weight.dtype
    (mindspore.float16, mindspore.float32))");
  cell.def(
      "auto_cast_inputs",
      [](nb::handle self, nb::handle inputs) {
        return to_python(require_cell(self, "auto_cast_inputs").auto_cast_inputs(to_values(inputs)));
      },
      "inputs"_any, R"(The inputs with floating tensors cast to the type of to_float(), if there is one.

Examples:
    >>> net = nn.ReLU().to_float(nucella.float16)
    >>> net.auto_cast_inputs((Tensor([1.0]), Tensor([1])))[0].dtype
    mindspore.float16)");
  cell.def("cast_inputs", &cast_inputs, "inputs"_any, "dst_type"_any,
           R"(The inputs with every tensor, in nested tuples and lists too, cast to `dst_type`.

Examples:
    >>> nn.ReLU().cast_inputs((Tensor([1.5]),), nucella.int32)
    (Tensor(shape=[1], dtype=Int32, value= [1]),))");
  cell.def("cast_param", &cast_param, "param"_any, R"(The parameter in the type of to_float(), or itself.

Examples:
    >>> net = nn.Dense(2, 3).to_float(nucella.float16)
    >>> net.cast_param(net.weight).dtype
    mindspore.float16)");
  cell.def(
      "get_scope",
      [](nb::handle self) -> std::optional<std::string> {
        if (!require_cell(self, "get_scope").recompute_options()) return {};
        return "recompute_";
      },
      R"('recompute_' for a cell that recompute() was called on, else None.

Examples:
    >>> net = nn.ReLU()
    >>> net.recompute()
    >>> net.get_scope()
    'recompute_')");
  cell.def(
      "set_comm_fusion",
      [](nb::handle self, int64_t fusion_type, bool recurse) {
        require_cell(self, "set_comm_fusion").set_comm_fusion(fusion_type, recurse);
        return nb::borrow(self);
      },
      "fusion_type"_a, "recurse"_a = true,
      R"(Communication fusion id of the trainable parameters. ValueError for a negative one.

Examples:
    >>> net = nn.Dense(2, 3).set_comm_fusion(2)
    >>> net.weight.comm_fusion
    2)");
  cell.def(
      "set_boost",
      [](nb::handle self, const std::string& boost_type) {
        require_cell(self, "set_boost").set_boost(boost_type);
        show_flags(self, {"less_bn"});
        return nb::borrow(self);
      },
      "boost_type"_a, R"(ValueError unless 'less_bn'.

Examples:
    >>> nn.ReLU().set_boost("less_bn")
    ReLU())");
  cell.def(
      "flatten_weights", on_cell("flatten_weights", &Cell::flatten_weights), "fusion_size"_a = 0,
      R"(Puts trainable parameters, by dtype, into contiguous memory, in blocks of at most that many bytes.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.flatten_weights()
    >>> net.weight.shape
    (3, 2))");
  cell.def("run_construct", &run_construct, "cast_inputs"_any, "kwargs"_any,
           R"(construct() with the tuple as its one positional argument (deprecated in MindSpore as well).

Examples:
    >>> nn.SequentialCell(nn.ReLU()).run_construct(Tensor([-1.0, 2.0]), {})
    Tensor(shape=[2], dtype=Float32, value= [ 0.00000000e+00,  2.00000000e+00]))");
  cell.def_prop_rw("training", on_cell("reading training", &Cell::training),
                   on_cell("setting training", &Cell::set_training), R"(True in training mode.

Examples:
    >>> nn.ReLU().training
    False)");
  cell.def_prop_rw("phase", on_cell("reading phase", &Cell::phase), &set_phase, nb::for_setter("phase"_any),
                   R"('train' or 'predict', or a name of one's own.

Examples:
    >>> nn.ReLU().set_train(False).phase
    'predict')");
  cell.def_prop_rw(
      "requires_grad", on_cell("reading requires_grad", &Cell::requires_grad),
      [](nb::handle self, bool value) { require_cell(self, "setting requires_grad").set_grad(value); },
      R"(Set by set_grad().

Examples:
    >>> nn.ReLU().requires_grad
    False)");
  cell.def_prop_ro("cls_name", on_cell("reading cls_name", &Cell::class_name), R"(The name of the class.

Examples:
    >>> nn.ReLU().cls_name
    'ReLU')");
}

}  // namespace nucella::python
