// Copies and pickles of a Cell: what it is made of goes into a dict, of which another one is made.
#include "cell_references.h"

namespace nucella::python {
namespace {

// --- out
// -----------------------------------------------------------------------------------------------------

bool takes_keywords(const ForwardPreHookWithKwargs& hook) {
  return hook.target<PyForwardPreHook>()->with_kwargs;
}
bool takes_keywords(const ForwardHookWithKwargs& hook) { return hook.target<PyForwardHook>()->with_kwargs; }
template <class Hook>
bool takes_keywords(const Hook&) {
  return false;
}

nb::list hooks_of(Cell& cell) {
  nb::list out;
  CellReferences::for_each_list(cell, [&](const char* kind, const auto& list) {
    list.for_each_id([&](const auto& hook, uint64_t id) {
      if (PyObject* function = function_behind(hook))
        out.append(nb::make_tuple(kind, nb::handle(function), takes_keywords(hook), id));
    });
  });
  return out;
}

nb::dict state_of(nb::handle self);

nb::list registered_in(nb::handle self, Cell& cell, Cell::Kind kind) {
  nb::list out;
  for (const std::string& name : cell.registered_names(kind)) {
    const nb::str key(name.c_str());
    nb::object value = registered(self, cell, key);
    if (kind == Cell::Kind::kChild && !value.is_none() && !py_cell_of(value)) value = state_of(value);
    if (kind == Cell::Kind::kBuffer) {
      out.append(nb::make_tuple(key, value, CellReferences::is_persistent(cell, name)));
    } else {
      out.append(nb::make_tuple(key, value));
    }
  }
  return out;
}

nb::dict state_of(nb::handle self) {
  Cell& cell = require_cell(self, "copying it");
  nb::dict state;
  state["auto_prefix"] = cell.auto_prefix();
  state["param_prefix"] = cell.param_prefix();
  state["training"] = cell.training();
  state["phase"] = cell.phase();
  state["requires_grad"] = cell.requires_grad();
  state["compute_type"] = cell.compute_type() ? to_python(*cell.compute_type()) : nb::none();
  state["flags"] = to_python_keywords(cell.get_flags());
  state["params"] = registered_in(self, cell, Cell::Kind::kParam);
  state["buffers"] = registered_in(self, cell, Cell::Kind::kBuffer);
  state["children"] = registered_in(self, cell, Cell::Kind::kChild);
  state["hooks"] = hooks_of(cell);
  return state;
}

nb::dict getstate(nb::handle self) {
  nb::dict state = state_of(self);
  const PyCell* python = py_cell(*nb::inst_ptr<Cell>(self));
  if (!python)
    raise<TypeError>("Cell: a ", object_type(self), " that is part of a cell of C++ cannot be copied alone");
  state["type"] = python->arguments ? python->type : nb::type<Cell>();
  state["arguments"] = python->arguments ? nb::borrow(python->arguments) : nb::object(nb::tuple());
  nb::dict attributes;
  attributes.update(nb::borrow<nb::dict>(self.attr("__dict__")));
  state["attributes"] = attributes;
  return state;
}

// --- in
// ------------------------------------------------------------------------------------------------------

HookHandle add_hook(Cell& cell, const std::string& kind, nb::handle function, bool with_kwargs) {
  if (kind == "forward_pre")
    return cell.register_forward_pre_hook_with_kwargs(PyForwardPreHook(function, with_kwargs));
  if (kind == "forward") return cell.register_forward_hook_with_kwargs(PyForwardHook(function, with_kwargs));
  if (kind == "backward_pre") return cell.register_backward_pre_hook(PyBackwardPreHook(function));
  if (kind == "backward") return cell.register_backward_hook(PyBackwardHook(function));
  if (kind == "state_pre") return cell.register_state_dict_pre_hook(PyStateDictPreHook(function));
  if (kind == "state_post") return cell.register_state_dict_post_hook(PyStateDictPostHook(function));
  if (kind == "load_pre") return cell.register_load_state_dict_pre_hook(PyLoadStateDictPreHook(function));
  return cell.register_load_state_dict_post_hook(PyLoadStateDictPostHook(function));
}

// With the id that it had, by which the copy of its handle finds it. Nothing is registered in GRAPH_MODE.
void put_hook(Cell& cell, nb::handle hook) {
  const auto kind = nb::cast<std::string>(hook[0]);
  if (!add_hook(cell, kind, hook[1], nb::cast<bool>(hook[2])).id()) return;
  CellReferences::for_each_list(cell, [&](std::string_view name, auto& list) {
    if (name == kind) list.set_last_id(nb::cast<uint64_t>(hook[3]));
  });
}

void put_state(nb::handle self, const nb::dict& state);

// A parameter that the constructor has made and knows by other ways than its name gets the value.
void put_parameter(nb::handle self, Cell& cell, nb::handle name, nb::handle value) {
  const Parameter* made = CellReferences::untied_param(cell, text_of(name));
  const Parameter* given = parameter_of(value);
  if (!made || !given || same(*made, *given)) return register_as(self, cell, Cell::Kind::kParam, name, value);
  Parameter parameter = *made;
  parameter.set_data(*given);
  parameter.set_name(given->name());
}

void put_registries(nb::handle self, Cell& cell, const nb::dict& state) {
  for (nb::handle entry : nb::borrow<nb::list>(state["params"]))
    put_parameter(self, cell, entry[0], entry[1]);
  for (nb::handle entry : nb::borrow<nb::list>(state["buffers"])) {
    cell.register_buffer(text_of(entry[0]), to_tensor(entry[1], "Cell.__setstate__", "buffer"),
                         nb::cast<bool>(entry[2]));
    keep(self, entry[0], entry[1].is_none() ? nb::handle() : nb::handle(entry[1]));
  }
  for (nb::handle entry : nb::borrow<nb::list>(state["children"])) {
    if (nb::isinstance<nb::dict>(entry[1])) {
      const CellPtr member = cell.find_child(text_of(entry[0]));
      put_state(to_python_child(member, self), nb::borrow<nb::dict>(entry[1]));
    } else {
      register_as(self, cell, Cell::Kind::kChild, entry[0], entry[1]);
    }
  }
}

void put_state(nb::handle self, const nb::dict& state) {
  Cell& cell = require_cell(self, "copying into it");
  CellReferences::set_prefixes(cell, nb::cast<bool>(state["auto_prefix"]),
                               nb::cast<std::string>(state["param_prefix"]));
  if (!state["compute_type"].is_none())
    cell.to_float(to_dtype(state["compute_type"], "Cell.__setstate__", "compute_type"));
  put_registries(self, cell, state);
  cell.set_training(nb::cast<bool>(state["training"]));
  cell.set_phase(nb::cast<std::string>(state["phase"]));
  cell.set_grad(nb::cast<bool>(state["requires_grad"]));
  cell.add_flags(to_keywords(nb::borrow<nb::dict>(state["flags"])));
  for (nb::handle hook : nb::borrow<nb::list>(state["hooks"])) put_hook(cell, hook);
}

void setstate(nb::handle self, const nb::dict& state) {
  if (!nb::inst_ready(self)) {
    const NoInitParameters declared_only;  // their values come with the state
    const nb::object init = nb::borrow(state["type"]).attr("__init__");
    init(self, *nb::borrow<nb::tuple>(state["arguments"]));
  }
  nb::borrow<nb::dict>(self.attr("__dict__")).update(nb::borrow<nb::dict>(state["attributes"]));
  put_state(self, state);
}

}  // namespace

void bind_cell_copies(CellType& cell) {
  cell.def("__getstate__", &getstate, "What a copy or pickle of the cell is made of.");
  cell.def("__setstate__", &setstate, "state"_a);
}

}  // namespace nucella::python
