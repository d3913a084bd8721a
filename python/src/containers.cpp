// SequentialCell, CellList and CellDict with Python's protocols of sequences and mappings.
#include "arguments.h"
#include "cell_object.h"

namespace nucella::python {
namespace {

std::vector<CellPtr> cells_in(nb::handle sequence, const char* who) {
  const ArgumentReader read(who);
  std::vector<CellPtr> out;
  for (nb::handle item : nb::borrow<nb::object>(sequence)) out.push_back(read.cell(item, "cells"));
  return out;
}

Named<CellPtr> named_cells_in(nb::handle mapping, const char* who) {
  const ArgumentReader read(who);
  Named<CellPtr> out;
  const bool has_items = PyObject_HasAttrString(mapping.ptr(), "items");
  if (!has_items && !PyObject_HasAttrString(mapping.ptr(), "__iter__"))
    raise<TypeError>("For '", who, "', the cells must be a dict or pairs of name and Cell, got ",
                     object_type(mapping));
  for (nb::handle item : has_items ? mapping.attr("items")() : nb::borrow<nb::object>(mapping))
    out.emplace_back(read.text(item[0], "key"), read.cell(item[1], "cells"));
  return out;
}

// The cells of a constructor: several arguments, or one list.
nb::object given_cells(const nb::args& args, const char* who) {
  if (args.size() != 1) return args;
  if (PyList_Check(args[0].ptr())) return nb::borrow(args[0]);
  raise<TypeError>("For '", who, "', 'args[0]' must be a list of Cells, got ", object_type(args[0]));
}

bool is_ordered_dict(nb::handle object) {
  return PyObject_IsInstance(object.ptr(), nb::module_::import_("collections").attr("OrderedDict").ptr()) ==
         1;
}

// A container of the cells at those places, whose parameters keep their names. A SequentialCell keeps the
// cells' names as well, a CellList numbers them anew. As in MindSpore a subclass is made by calling it with
// the cells.
template <class C>
nb::object sliced(nb::handle self, nb::handle slice) {
  C& container = *nb::inst_ptr<C>(self);
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(slice.ptr(), &start, &stop, &step) != 0) nb::raise_python_error();
  const auto count = PySlice_AdjustIndices(static_cast<Py_ssize_t>(container.size()), &start, &stop, step);
  const nb::handle type = reinterpret_cast<PyObject*>(Py_TYPE(self.ptr()));
  constexpr bool kNumbered = std::is_same_v<C, nn::CellList>;
  const std::vector<std::string> keys = container.keys();
  nb::list cells;
  nb::object named = nb::module_::import_("collections").attr("OrderedDict")();
  for (Py_ssize_t i = 0; i < count; ++i) {
    const nb::object cell = to_python_child(container[start + i * step], self);
    cells.append(cell);
    named[(kNumbered ? std::to_string(i) : keys[static_cast<size_t>(start + i * step)]).c_str()] = cell;
  }
  if (!type.is(nb::type<C>())) return kNumbered ? type(cells) : type(named);
  nb::object out = kNumbered ? type("auto_prefix"_a = container.auto_prefix()) : type();
  for (auto [name, cell] : nb::borrow<nb::dict>(named))
    nb::inst_ptr<C>(out)->replace_child(text_of(name), to_cell(cell, "Cell container", "cell"));
  return out;
}

template <class C>
nb::object item(nb::handle self, nb::handle index) {
  if (PySlice_Check(index.ptr())) return sliced<C>(self, index);
  const int64_t at = ArgumentReader("Cell container").integer(index, "index");
  return to_python_child((*nb::inst_ptr<C>(self))[at], self);
}

template <class C>
nb::object items_of(nb::handle self) {
  nb::list out;
  for (const CellPtr& cell : nb::inst_ptr<C>(self)->values()) out.append(to_python_child(cell, self));
  return out;
}

template <class C, class T>
void bind_sequence(T& type, const char* who) {
  type.def("__getitem__", &item<C>, "index"_any);
  type.def(
      "__setitem__",
      [who](C& self, nb::handle index, nb::handle cell) {
        const ArgumentReader read(who);
        self.set(read.integer(index, "index"), read.cell(cell, "cell"));
      },
      "index"_any, "cell"_any);
  type.def("__delitem__", [who](C& self, nb::handle index) {
    if (PySlice_Check(index.ptr())) {
      Py_ssize_t start, stop, step;
      if (PySlice_Unpack(index.ptr(), &start, &stop, &step) != 0) nb::raise_python_error();
      const auto count = PySlice_AdjustIndices(static_cast<Py_ssize_t>(self.size()), &start, &stop, step);
      const Py_ssize_t last = start + (count - 1) * step;
      for (Py_ssize_t i = 0; i < count; ++i) self.erase(step > 0 ? last - i * step : start + i * step);
      return;
    }
    self.erase(ArgumentReader(who).integer(index, "index"));
  });
  type.def("__len__", &C::size);
  type.def("__bool__", [](const C& self) { return !self.empty(); });
  type.def("__iter__", [](nb::handle self) { return nb::steal(PyObject_GetIter(items_of<C>(self).ptr())); });
  type.def(
      "append",
      [who](nb::handle self, nb::handle cell) {
        nb::inst_ptr<C>(self)->append(ArgumentReader(who).cell(cell, "cell"));
        return nb::borrow(self);
      },
      "cell"_a.none(), "Adds a cell at the end; returns the container.");
}

void bind_sequential(nb::module_& m) {
  auto type = cell_class<nn::SequentialCell>(
      m, "SequentialCell", R"(Calls its cells in order, each on the result of the one before.

Args:
    args (Cell, list, OrderedDict): Cells, a list of them, or an OrderedDict from names to cells. Without names
        they are "0", "1", ...

Raises:
    TypeError: An element is no Cell.

Examples:
    >>> net = nn.SequentialCell(nn.Dense(2, 3), nn.ReLU())
    >>> net[1], len(net)
    (ReLU(), 2))");
  type.def("__init__", [](nb::pointer_and_handle<nn::SequentialCell> self, nb::args args) {
    if (args.size() == 1 && is_ordered_dict(args[0])) {
      init_cell(self, named_cells_in(args[0], "SequentialCell"));
    } else if (args.size() == 1 && cell_of(args[0])) {
      init_cell(self, std::vector{to_cell(args[0], "SequentialCell", "args[0]")});
    } else {
      init_cell(self, cells_in(given_cells(args, "SequentialCell"), "SequentialCell"));
    }
    note_arguments(self, nb::tuple());
  });
  bind_sequence<nn::SequentialCell>(type, "SequentialCell");
}

void bind_list(nb::module_& m) {
  auto type = cell_class<nn::CellList>(m, "CellList",
                                       R"(Holds cells in order, named "0", "1", ...; it cannot be called.

Args:
    args (Cell, list): Cells, or a list of them.
    auto_prefix (bool): Name their parameters after their place. Default: True.

Raises:
    TypeError: An element is no Cell.

Examples:
    >>> layers = nn.CellList([nn.ReLU(), nn.Tanh()])
    >>> layers.append(nn.Sigmoid())[-1]
    Sigmoid())");
  type.def(
      "__init__",
      [](nb::pointer_and_handle<nn::CellList> self, nb::args args, bool auto_prefix) {
        init_cell(self, cells_in(given_cells(args, "CellList"), "CellList"), auto_prefix);
        note_arguments(self, nb::tuple());
      },
      "args"_a, "auto_prefix"_a = true);
  bind_sequence<nn::CellList>(type, "CellList");
  type.def(
      "extend",
      [](nb::handle self, nb::handle cells) {
        if (!PyList_Check(cells.ptr()))
          raise<TypeError>("For 'CellList', 'cells' must be a list of Cells, got ", object_type(cells));
        nb::inst_ptr<nn::CellList>(self)->extend(cells_in(cells, "CellList"));
        return nb::borrow(self);
      },
      "cells"_a.none(), "Adds cells at the end; returns the list. TypeError when one is no Cell.");
  type.attr("__iadd__") = type.attr("extend");
  type.def(
      "insert",
      [](nn::CellList& self, nb::handle index, nb::handle cell) {
        constexpr ArgumentReader read("CellList");
        self.insert(read.integer(index, "index"), read.cell(cell, "cell"));
      },
      "index"_any, "cell"_a.none(), "Before the cell at `index`. IndexError beyond the ends.");
}

std::string key_from(nb::handle key) { return ArgumentReader("CellDict").text(key, "key"); }

nb::object pairs_of(nb::handle self) {
  nb::object out = nb::module_::import_("collections").attr("OrderedDict")();
  for (const auto& [name, cell] : nb::inst_ptr<nn::CellDict>(self)->name_cells())
    out[name.c_str()] = to_python_child(cell, self);
  return out;
}

void bind_dict(nb::module_& m) {
  auto type = cell_class<nn::CellDict>(m, "CellDict", R"(Holds cells under names; it cannot be called.

Args:
    args (dict, iterable): From names to cells, or pairs of both. Default: none.
    auto_prefix (bool): Name their parameters after them. Default: True.

Raises:
    TypeError: A value is no Cell or a key no str.
    KeyError: A name is empty or has a dot.

Examples:
    >>> layers = nn.CellDict({"first": nn.ReLU(), "second": nn.Tanh()})
    >>> list(layers.keys()), layers["second"]
    (['first', 'second'], Tanh()))");
  type.def(
      "__init__",
      [](nb::pointer_and_handle<nn::CellDict> self, nb::args args, bool auto_prefix) {
        check<TypeError>(args.size() < 2, "For 'CellDict', at most one argument is expected, got ",
                         args.size());
        init_cell(self, args.empty() ? Named<CellPtr>() : named_cells_in(args[0], "CellDict"), auto_prefix);
        note_arguments(self, nb::tuple());
      },
      "args"_a, "auto_prefix"_a = true);
  type.def(
      "__getitem__",
      [](nb::handle self, nb::handle key) {
        return to_python_child((*nb::inst_ptr<nn::CellDict>(self))[key_from(key)], self);
      },
      "key"_any);
  type.def(
      "__setitem__",
      [](nn::CellDict& self, nb::handle key, nb::handle cell) {
        self.set(key_from(key), ArgumentReader("CellDict").cell(cell, "cell"));
      },
      "key"_any, "cell"_any);
  type.def(
      "__delitem__", [](nn::CellDict& self, nb::handle key) { self.pop(key_from(key)); }, "key"_any);
  type.def("__len__", &nn::CellDict::size);
  type.def("__bool__", [](const nn::CellDict& self) { return !self.empty(); });
  type.def(
      "__contains__",
      [](const nn::CellDict& self, nb::handle key) {
        return PyUnicode_Check(key.ptr()) && self.contains(nb::cast<std::string>(key));
      },
      "key"_any);
  type.def("__iter__", [](nb::handle self) { return nb::steal(PyObject_GetIter(pairs_of(self).ptr())); });
  type.def(
      "keys", [](nb::handle self) { return pairs_of(self).attr("keys")(); }, "The names, in order.");
  type.def(
      "values", [](nb::handle self) { return pairs_of(self).attr("values")(); }, "The cells, in order.");
  type.def(
      "items", [](nb::handle self) { return pairs_of(self).attr("items")(); }, "Pairs of name and cell.");
  type.def("clear", &nn::CellDict::clear, "Takes all cells out.");
  type.def(
      "pop",
      [](nb::handle self, nb::handle key) {
        nb::object cell = to_python(nb::inst_ptr<nn::CellDict>(self)->pop(key_from(key)));
        return cell;
      },
      "key"_any, "Takes a cell out and returns it. KeyError when absent.");
  type.def(
      "update", [](nn::CellDict& self, nb::handle cells) { self.update(named_cells_in(cells, "CellDict")); },
      "cells"_any, "Adds or replaces cells by a dict or pairs; nothing changes when one is refused.");
}

}  // namespace

void bind_containers(nb::module_& m) {
  bind_sequential(m);
  bind_list(m);
  bind_dict(m);
}

}  // namespace nucella::python
