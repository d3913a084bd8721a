// Cell methods that name, list and register parameters, buffers and children.
#include <set>

#include "cell_object.h"
#include "parameter_object.h"

namespace nucella::python {
namespace {

nb::object ordered_dict() { return nb::module_::import_("collections").attr("OrderedDict")(); }

nb::object iterator_over(const nb::list& list) { return nb::steal(PyObject_GetIter(list.ptr())); }

nb::list parameter_list(nb::handle self, const std::vector<Parameter>& parameters) {
  nb::list out;
  for (const nb::object& parameter : parameter_objects(self, parameters)) out.append(parameter);
  return out;
}

std::vector<nb::object> objects_of(nb::handle self, const Named<Parameter>& parameters) {
  std::vector<Parameter> values;
  for (const auto& [name, parameter] : parameters) values.push_back(parameter);
  return parameter_objects(self, values);
}

nb::object parameter_dict(nb::handle self, const Named<Parameter>& parameters) {
  const auto objects = objects_of(self, parameters);
  nb::object out = ordered_dict();
  for (size_t i = 0; i < objects.size(); ++i) out[parameters[i].first.c_str()] = objects[i];
  return out;
}

nb::object name_cells(nb::handle self) {
  nb::object out = ordered_dict();
  for (const auto& [name, child] : require_cell(self, "listing cells").name_cells())
    out[name.c_str()] = to_python_child(child, self);
  return out;
}

nb::object cells_and_names(nb::handle self, nb::object cells, const std::string& name_prefix) {
  std::set<const Cell*> visited;
  if (!cells.is_none())
    for (nb::handle cell : cells)
      if (const Cell* known = cell_of(cell)) visited.insert(known);
  nb::list out;
  for (const auto& [path, cell] : require_cell(self, "listing cells").cells_and_names(&visited, name_prefix))
    out.append(
        nb::make_tuple(path, cell.get() == cell_of(self) ? nb::borrow(self) : to_python_child(cell, self)));
  return iterator_over(out);
}

nb::object parameters_and_names(nb::handle self, const std::string& name_prefix, bool expand) {
  const auto parameters = require_cell(self, "listing").parameters_and_names(name_prefix, expand);
  const auto objects = objects_of(self, parameters);
  nb::list out;
  for (size_t i = 0; i < objects.size(); ++i) out.append(nb::make_tuple(parameters[i].first, objects[i]));
  return iterator_over(out);
}

nb::object parameters_broadcast_dict(nb::handle self, bool recurse) {
  const auto parameters = require_cell(self, "listing parameters").parameters_broadcast_dict(recurse);
  return parameters.empty() ? nb::none() : parameter_dict(self, parameters);
}

// A buffer as the attribute of the cell that has it, so that it is the object that was registered.
nb::object buffer_at(nb::handle self, const std::string& path) {
  nb::object at = nb::borrow(self);
  size_t begin = 0;
  for (size_t dot; (dot = path.find('.', begin)) != path.npos; begin = dot + 1)
    at = at.attr(path.substr(begin, dot - begin).c_str());
  return at.attr(path.substr(begin).c_str());
}

nb::object named_buffers(nb::handle self, const std::string& prefix, bool recurse, bool remove_duplicate) {
  nb::list out;
  const std::string glue = prefix.empty() ? "" : prefix + ".";
  for (const auto& [path, buffer] :
       require_cell(self, "listing").named_buffers("", recurse, remove_duplicate))
    out.append(nb::make_tuple(glue + path, buffer_at(self, path)));
  return iterator_over(out);
}

nb::object buffers(nb::handle self, bool recurse) {
  nb::list out;
  for (nb::handle item : named_buffers(self, "", recurse, true)) out.append(item[1]);
  return iterator_over(out);
}

std::string checked_target(nb::handle target, const char* method) {
  if (!PyUnicode_Check(target.ptr()))
    raise<AttributeError>("Cell.", method, ": 'target' must be a str, got ", object_type(target));
  return nb::cast<std::string>(target);
}

nb::object get_sub_cell(nb::handle self, nb::handle target) {
  const std::string path = checked_target(target, "get_sub_cell");
  if (path.empty()) return nb::borrow(self);
  Cell& found = require_cell(self, "get_sub_cell").get_sub_cell(path);
  return to_python_child(CellPtr(CellPtr(), &found), self);
}

nb::object get_buffer(nb::handle self, nb::handle target) {
  const std::string path = checked_target(target, "get_buffer");
  require_cell(self, "get_buffer").get_buffer(path);
  return buffer_at(self, path);
}

std::string checked_name(nb::handle name, const char* method, const char* argument) {
  if (name.is_none()) return "";
  if (!PyUnicode_Check(name.ptr()))
    raise<TypeError>("Cell.", method, ": '", argument, "' must be a str, got ", object_type(name));
  return nb::cast<std::string>(name);
}

void insert_param(nb::handle self, nb::handle name, nb::handle param, bool check_name_contain_dot) {
  Cell& cell = require_cell(self, "insert_param_to_cell");
  const std::string key = checked_name(name, "insert_param_to_cell", "param_name");
  check_new_name(self, cell, key, "insert_param_to_cell");
  const Parameter* parameter = parameter_of(param);
  if (!parameter && !param.is_none())
    raise<TypeError>("Cell.insert_param_to_cell: 'param' must be a Parameter, got ", object_type(param));
  cell.insert_param_to_cell(key, parameter ? *parameter : Parameter(), check_name_contain_dot);
  keep(self, nb::str(key.c_str()), parameter ? param : nb::handle());
}

void insert_child(nb::handle self, nb::handle name, nb::handle child) {
  Cell& cell = require_cell(self, "insert_child_to_cell");
  if (!PyUnicode_Check(name.ptr()))
    raise<TypeError>("Cell.insert_child_to_cell: 'child_name' must be a str, got ", object_type(name));
  const auto key = nb::cast<std::string>(name);
  check_new_name(self, cell, key, "insert_child_to_cell");
  cell.insert_child_to_cell(key, to_cell(child, "Cell.insert_child_to_cell", "child_cell"));
}

void register_buffer(nb::handle self, nb::handle name, nb::handle tensor, bool persistent) {
  Cell& cell = require_cell(self, "register_buffer");
  if (!PyUnicode_Check(name.ptr()))
    raise<TypeError>("Cell.register_buffer: buffer name should be a string, got ", object_type(name));
  const auto key = nb::cast<std::string>(name);
  if (cell.find_kind(key) == Cell::Kind::kNone) check_new_name(self, cell, key, "register_buffer");
  const Tensor buffer = to_tensor(tensor, "Cell.register_buffer", "tensor");
  cell.register_buffer(key, buffer, persistent);
  keep(self, name, buffer.defined() ? tensor : nb::handle());
}

nb::object init_parameters_data(nb::handle self, bool auto_parallel_mode) {
  std::vector<std::pair<Parameter, Parameter>> replaced;
  Cell& cell = require_cell(self, "init_parameters_data");
  {
    const nb::gil_scoped_release unlocked;
    replaced = cell.init_parameters_data(auto_parallel_mode);
  }
  std::vector<Parameter> before, after;
  for (const auto& [old_one, new_one] : replaced) {
    before.push_back(old_one);
    after.push_back(new_one);
  }
  const auto keys = parameter_objects(self, before), values = parameter_objects(self, after);
  nb::dict out;
  for (size_t i = 0; i < keys.size(); ++i) out[keys[i]] = values[i];
  return out;
}

nb::object apply_to_all(nb::handle self, nb::object fn) {
  if (!PyCallable_Check(fn.ptr()))
    raise<TypeError>("Cell.apply: 'fn' must be a function, got ", object_type(fn));
  require_cell(self, "apply").apply([&](Cell& cell) {
    fn(&cell == cell_of(self) ? nb::borrow(self) : to_python_child(CellPtr(CellPtr(), &cell), self));
  });
  return nb::borrow(self);
}

// --- _params, _buffers and _cells
// ---------------------------------------------------------------------------------------

Cell::Kind kind_from(const std::string& registry) {
  if (registry == "_params") return Cell::Kind::kParam;
  return registry == "_buffers" ? Cell::Kind::kBuffer : Cell::Kind::kChild;
}

nb::object registry_view(nb::handle self, const char* registry) {
  require_cell(self, registry);
  return nb::module_::import_("nucella.nn.registry").attr("Registry")(self, registry);
}

void replace_registry(nb::handle self, const char* registry, nb::handle entries) {
  require_cell(self, registry);
  nb::module_::import_("nucella.nn.registry").attr("replace")(self, registry, entries);
}

nb::list registry_names(nb::handle self, const std::string& registry) {
  nb::list out;
  for (const std::string& name : require_cell(self, "listing").registered_names(kind_from(registry)))
    out.append(name);
  return out;
}

nb::object registry_get(nb::handle self, const std::string& registry, nb::handle name) {
  Cell& cell = require_cell(self, "listing");
  if (!PyUnicode_Check(name.ptr()) || cell.find_kind(text_of(name)) != kind_from(registry))
    raise<KeyError>(nb::cast<std::string>(nb::repr(name)));
  return registered(self, cell, name);
}

void registry_set(nb::handle self, const std::string& registry, nb::handle name, nb::handle value) {
  register_as(self, require_cell(self, "registering"), kind_from(registry), name, value);
}

void registry_remove(nb::handle self, const std::string& registry, nb::handle name) {
  registry_get(self, registry, name);
  unregister(self, require_cell(self, "removing"), name);
}

template <class Type>
void bind_registries(Type& cell) {
  const auto property = [&](const char* registry) {
    cell.def_prop_rw(
        registry, [registry](nb::handle self) { return registry_view(self, registry); },
        [registry](nb::handle self, nb::handle entries) { replace_registry(self, registry, entries); },
        nb::for_setter("entries"_any),
        "What is registered, as a mapping that stays up to date and may be written to.");
  };
  property("_params");
  property("_buffers");
  property("_cells");
  cell.def("_registry_names", &registry_names);
  cell.def("_registry_get", &registry_get, "registry"_a, "name"_a.none());
  cell.def("_registry_set", &registry_set, "registry"_a, "name"_a.none(), "value"_a.none());
  cell.def("_registry_remove", &registry_remove, "registry"_a, "name"_a.none());
}

}  // namespace

void check_new_name(nb::handle self, const Cell& cell, const std::string& name, const char* method) {
  if (name.empty() || cell.find_kind(name) != Cell::Kind::kNone) return;
  check<KeyError>(!PyObject_HasAttrString(self.ptr(), name.c_str()), cell.class_name(), '.', method,
                  ": the name '", name, "' is that of another attribute");
}

namespace {

void bind_cells_below(CellType& cell) {
  cell.def("name_cells", &name_cells, R"(The children and their names, without those below them.

Examples:
    >>> nn.SequentialCell(nn.Dense(2, 3), nn.ReLU()).name_cells()["1"]
    ReLU())");
  cell.def(
      "cells", [](nb::handle self) { return name_cells(self).attr("values")(); }, R"(The children.

Examples:
    >>> nn.SequentialCell(nn.ReLU(), nn.Tanh()).cells()
    odict_values([ReLU(), Tanh()]))");
  cell.def("cells_and_names", &cells_and_names, "cells"_a = nb::none(), "name_prefix"_a = "",
           R"(Iterates over (path, cell): this cell, then all below, each once; not those among `cells`.

Examples:
    >>> [path for path, cell in nn.SequentialCell(nn.ReLU(), nn.Tanh()).cells_and_names()]
    ['', '0', '1'])");
}

void bind_parameters(CellType& cell) {
  cell.def(
      "get_parameters",
      [](nb::handle self, bool expand) {
        return iterator_over(parameter_list(self, require_cell(self, "listing").get_parameters(expand)));
      },
      "expand"_a = true, R"(Iterates over the parameters, with `expand` those of all cells below as well.

Examples:
    >>> [p.name for p in nn.SequentialCell(nn.Dense(2, 3)).get_parameters()]
    ['0.weight', '0.bias'])");
  cell.def("parameters_and_names", &parameters_and_names, "name_prefix"_a = "", "expand"_a = true,
           R"(Iterates over (path, parameter), each parameter once.

Examples:
    >>> [path for path, p in nn.Dense(2, 3).parameters_and_names(name_prefix="net")]
    ['net.weight', 'net.bias'])");
  cell.def(
      "parameters_dict",
      [](nb::handle self, bool recurse) {
        return parameter_dict(self, require_cell(self, "listing").parameters_dict(recurse));
      },
      "recurse"_a = true,
      R"(An OrderedDict from parameter names to parameters; the last of equal names stays.

Examples:
    >>> nn.Dense(2, 3, has_bias=False).parameters_dict()
    OrderedDict([('weight', Parameter (name=weight, shape=(3, 2), dtype=Float32, requires_grad=True))]))");
  cell.def("parameters_broadcast_dict", &parameters_broadcast_dict, "recurse"_a = true,
           R"(As parameters_dict(), those with layerwise_parallel False; None when there is none.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.bias.layerwise_parallel = True
    >>> list(net.parameters_broadcast_dict())
    ['weight'])");
  cell.def(
      "trainable_params",
      [](nb::handle self, bool recurse) {
        return parameter_list(self, require_cell(self, "listing").trainable_params(recurse));
      },
      "recurse"_a = true, R"(The parameters with requires_grad, as a list.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.bias.requires_grad = False
    >>> net.trainable_params()
    [Parameter (name=weight, shape=(3, 2), dtype=Float32, requires_grad=True)])");
  cell.def(
      "untrainable_params",
      [](nb::handle self, bool recurse) {
        return parameter_list(self, require_cell(self, "listing").untrainable_params(recurse));
      },
      "recurse"_a = true, R"(The parameters without requires_grad, as a list.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.bias.requires_grad = False
    >>> [p.name for p in net.untrainable_params()]
    ['bias'])");
}

void bind_finding(CellType& cell) {
  cell.def("buffers", &buffers, "recurse"_a = true, R"(Iterates over the buffers, own ones first.

Examples:
    >>> net = nn.Cell()
    >>> net.mean = nn.Buffer(Tensor([4, 5, 6]))
    >>> [print(buffer) for buffer in net.buffers()]
    [4 5 6]
    [None])");
  cell.def("named_buffers", &named_buffers, "prefix"_a = "", "recurse"_a = true, "remove_duplicate"_a = true,
           R"(Iterates over (path, buffer), own ones first.

Examples:
    >>> net = nn.Cell()
    >>> net.mean = nn.Buffer(Tensor([4, 5, 6]))
    >>> [name for name, buffer in net.named_buffers()]
    ['mean'])");
  cell.def("get_buffer", &get_buffer, "target"_a.none(),
           R"(The buffer at a dotted path. AttributeError when there is none.

Examples:
    >>> net = nn.SequentialCell(nn.ReLU())
    >>> net[0].register_buffer("mean", Tensor([1, 2]))
    >>> print(net.get_buffer("0.mean"))
    [1 2])");
  cell.def("get_sub_cell", &get_sub_cell, "target"_a.none(),
           R"(The cell at a dotted path, '' for this one. AttributeError names the part that is missing.

Examples:
    >>> nn.SequentialCell(nn.ReLU(), nn.Tanh()).get_sub_cell("1")
    Tanh())");
}

void bind_inserting(CellType& cell) {
  cell.def("insert_param_to_cell", &insert_param, "param_name"_a.none(), "param"_a.none(),
           "check_name_contain_dot"_a = true,
           R"(Registers a Parameter (None: an empty slot). KeyError for an empty, dotted or taken name.

Examples:
    >>> net = nn.ReLU()
    >>> net.insert_param_to_cell("scale", Parameter(Tensor([1, 2, 3])))
    >>> net.scale
    Parameter (name=scale, shape=(3,), dtype=Int64, requires_grad=True))");
  cell.def("insert_child_to_cell", &insert_child, "child_name"_a.none(), "child_cell"_a.none(),
           R"(Registers a child without renaming its parameters. KeyError for an empty, dotted or taken name.

Examples:
    >>> net = nn.ReLU()
    >>> net.insert_child_to_cell("child", nn.Tanh())
    >>> net
    ReLU(
      (child): Tanh()
    ))");
  cell.def(
      "register_buffer", &register_buffer, "name"_a.none(), "tensor"_a.none(), "persistent"_a = true,
      R"(Registers a Tensor as a buffer (None: an empty slot). KeyError for an empty, dotted or taken name.

Examples:
    >>> net = nn.Cell()
    >>> net.register_buffer("mean", Tensor([1, 2, 3]))
    >>> print(net.mean)
    [1 2 3])");
}

void bind_filling(CellType& cell) {
  cell.def("init_parameters_data", &init_parameters_data, "auto_parallel_mode"_a = false,
           R"(Fills declared parameters. A dict from each parameter of the net to what replaces it (itself).

Examples:
    >>> with nn.utils.no_init_parameters():
    ...     net = nn.Dense(2, 3)
    >>> replaced = net.init_parameters_data()
    >>> replaced[net.weight] is net.weight, net.weight.has_init
    (True, False))");
  cell.def("apply", &apply_to_all, "fn"_a.none(),
           R"(Calls `fn` on every cell below, then on this one; returns it.

Examples:
    >>> net = nn.SequentialCell(nn.ReLU(), nn.Tanh())
    >>> _ = net.apply(lambda cell: print(type(cell).__name__))
    ReLU
    Tanh
    SequentialCell)");
}

void bind_names(CellType& cell) {
  cell.def("update_cell_prefix", on_cell("update_cell_prefix", &Cell::update_cell_prefix),
           R"(Gives every cell of the net its path as param_prefix.

Examples:
    >>> net = nn.SequentialCell(nn.Dense(2, 3))
    >>> net.update_cell_prefix()
    >>> net[0].param_prefix
    '0')");
  cell.def(
      "update_parameters_name",
      [](nb::handle self, const std::string& prefix, bool recurse) {
        require_cell(self, "update_parameters_name").update_parameters_name(prefix, recurse);
      },
      "prefix"_a = "", "recurse"_a = true, R"(Names every parameter prefix + path.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.update_parameters_name("first.")
    >>> net.weight.name
    'first.weight')");
  cell.def("check_names", on_cell("check_names", &Cell::check_names),
           R"(ValueError when two parameters have the same name.

Examples:
    >>> net = nn.Cell(auto_prefix=False)
    >>> net.first, net.second = nn.Dense(1, 1), nn.Dense(1, 1)
    >>> net.check_names()
    Traceback (most recent call last):
    ValueError: ...)");
  cell.def_prop_ro("param_prefix", on_cell("reading param_prefix", &Cell::param_prefix),
                   R"(The path of this cell in its net, once update_cell_prefix() has run on the net.

Examples:
    >>> nn.Dense(2, 3).param_prefix
    '')");
  cell.def_prop_ro("_auto_prefix", on_cell("reading _auto_prefix", &Cell::auto_prefix));
}

}  // namespace

void bind_cell_registry(CellType& cell) {
  bind_cells_below(cell);
  bind_parameters(cell);
  bind_finding(cell);
  bind_inserting(cell);
  bind_filling(cell);
  bind_names(cell);
  bind_registries(cell);
}

}  // namespace nucella::python
