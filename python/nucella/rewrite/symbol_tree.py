"""SymbolTree: the code of a cell, to be changed and run again."""

import ast
import inspect
import itertools
import linecache
import textwrap

import nucella
from nucella.common.checks import check_type
from nucella.nn import Cell, CellList, SequentialCell
from nucella.ops import Primitive
from nucella.rewrite import layers
from nucella.rewrite._code import code_of, import_line
from nucella.rewrite._flatten import called_attribute, flatten
from nucella.rewrite._flow import Flow, is_simple
from nucella.rewrite.common import namespace
from nucella.rewrite.node import Node

__all__ = ["SymbolTree"]

_files = itertools.count()


class SymbolTree:
    """The code of a cell's construct, of the methods that it calls, and of the cells below.

    Each call of a cell or primitive of the cell has a line of its own, a Node. Cells of the library have no code and
    stay as they are, and so do methods with functions of their own, `super()` or private names.

    Examples:
        >>> from nucella.rewrite import Node, ScopedValue, SymbolTree
        >>> class Net(nn.Cell):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.relu = ops.ReLU()
        ...     def construct(self, x):
        ...         return self.relu(x)
        >>> tree = SymbolTree.create(Net())
        >>> names = ScopedValue.create_name_values
        >>> node = Node.create_call_function(ops.abs, names(["x"]), names(["x"]))
        >>> _ = tree.insert(tree.before(tree.get_node("relu")), node)
        >>> print(tree.get_network()(Tensor([-2.0])))
        [2.]
    """

    def __init__(self, cell, origin, class_names):
        self.cell = cell
        self.origin = origin  # the library's cell that `cell` stands for, or the cell itself
        self._class_names = class_names  # those of the whole tree
        self._name = _unique(f"{type(origin).__name__}Opt", class_names)
        self._globals = dict(type(cell).construct.__globals__)
        self._added = {"mindspore": nucella, "with_cells": layers.with_cells}  # what the code needs besides
        self._methods = {}
        self._subtrees = {}
        self._wrapped = {}  # children with a function to put around them
        self._nodes = {}
        self._node_names = set()
        self._flows = {}
        self._add_method("construct")
        inside = [node for method in self._methods.values() for node in ast.walk(method)]
        self._variables = {n.id for n in inside if isinstance(n, ast.Name)}
        self._variables |= {a.arg for a in inside if isinstance(a, ast.arg)}
        for method in self._methods.values():
            flatten(method, self._is_op, self.unique_name)
        for path, child in list(_cells_below(cell, "", {})):
            tree = _tree_of(child, class_names)
            if tree is not None:
                self._subtrees[path] = tree

    @classmethod
    def create(cls, network):
        """The tree of a network.

        Raises:
            TypeError: `network` is no Cell.
            ValueError: It has no code in Python that can be rewritten.
        """
        check_type("SymbolTree.create", "network", network, Cell)
        tree = _tree_of(network, set())
        if tree is None:
            raise ValueError(f"SymbolTree.create: {type(network).__name__}.construct has no code to rewrite")
        return tree

    def nodes(self, all_nodes=False):
        """The nodes in the order of the code; with `all_nodes` those of the cells below, too, as an iterator."""
        for method in self._methods.values():
            if method.name == "construct":
                yield from (self._node(argument) for argument in method.args.args[1:])
            yield from (self._node(statement) for statement in _statements(method.body))
        if all_nodes:
            for tree in self.subtrees():
                yield from tree.nodes(True)

    def subtrees(self):
        """The trees of its children and of what lies in its containers, each once."""
        return list(dict.fromkeys(self._subtrees.values()))

    def subtree_of(self, name):
        """The tree of the child of that name, or None."""
        return self._subtrees.get(name)

    def leaves(self):
        """The children, and what lies in its containers, that have no tree; by name, with dots in containers."""
        return dict(_cells_below(self.cell, "", self._subtrees))

    def get_node(self, node_name):
        """The node of that name, or None."""
        return next((node for node in self.nodes() if node.get_name() == node_name), None)

    def before(self, node):
        """The place in front of a node, given itself or by name."""
        return self._statement(node), 0

    def after(self, node):
        """The place behind a node."""
        return self._statement(node), 1

    def insert(self, position, node):
        """Puts a node at a place that before() or after() has given, and returns it."""
        statement, offset = position
        body = self._body_of(statement)
        body.insert(body.index(statement) + offset, node._statement)
        node._tree, node._name = self, _unique(node._name, self._node_names)
        self._nodes[node._statement] = node
        self._added[node._function.__name__] = node._function
        self.has_changed()
        return node

    def erase(self, node):
        """Takes a node, given itself or by name, out of the code, and returns it."""
        statement = self._statement(node)
        body = self._body_of(statement)
        body[body.index(statement)] = ast.Pass()
        if len(body) > 1:
            body[:] = [other for other in body if not isinstance(other, ast.Pass)] or [ast.Pass()]
        self.has_changed()
        return self._nodes.pop(statement)

    def unique_name(self, name="output"):
        """`name`, or that with a number behind it, which no variable of the cell has yet."""
        return _unique(name, self._variables)

    def wrap_cell(self, name, function, *args):
        """Lets `function(child, *args)` take the place of one of leaves(); `args` are ScopedValue."""
        self._added[function.__name__] = function
        self._wrapped[name] = "".join(f", {value}" for value in args), function

    def get_code(self):
        """The code of the network that get_network() gives: its class, after those of the cells below."""
        return "\n".join(self._sources({}))

    def get_network(self):
        """A network with the changed code. It has the parameters of the one that the tree was made from."""
        return self._make_class({})(self.origin)

    def users(self, node, name=None):
        """The nodes that may read what `node` gives, to the variable `name` or to any."""
        names = [name] if name else [t.value for t in node.get_targets() if not t.scope]
        found = [self._node(u) for n in names for u in self._flow(node).users(self._key(node), n)]
        return list(dict.fromkeys(found))

    def providers(self, node, name):
        """The nodes whose value of the variable `name` a node may read."""
        method = self._method_of(node)
        arguments = {a.arg: a for a in ast.walk(method.args) if isinstance(a, ast.arg)}
        found = self._flow(node).providers(self._statement(node), name)
        return [self._node(arguments[name] if s is method else s) for s in found]

    def inputs(self, node):
        """The nodes whose values a node may read."""
        names = [a.value for a in (*node.get_args(), *node.get_kwargs().values()) if not a.scope]
        return list(dict.fromkeys(p for name in names if isinstance(name, str) for p in self.providers(node, name)))

    def follow_directly(self, node, later, function):
        """True if nothing but calls of `function` stands between two nodes of one body."""
        body = self._body_of(self._statement(node))
        if self._statement(later) not in body:
            return False
        first, last = body.index(self._statement(node)), body.index(self._statement(later))
        return all(self._node(between).get_instance() is function for between in body[first + 1 : last])

    def has_changed(self):
        """Notes that the code is another."""
        self._flows = {}

    def _add_method(self, name):
        function = getattr(type(self.cell), name, None)
        source = _source_of(function) if inspect.isfunction(function) else None
        if source is None or function.__globals__ is not type(self.cell).construct.__globals__:
            return
        closure = inspect.getclosurevars(function).nonlocals if function.__closure__ else {}
        if any(self._globals.get(key, value) is not value for key, value in closure.items()):
            return
        self._globals.update(closure)
        self._methods[name] = source
        for call in ast.walk(source):
            called = called_attribute(call)
            if called and called not in self._methods and not self._is_op(called):
                self._add_method(called)

    def _child_source(self, path, child, source):
        """The source of what becomes of a child, which is at hand as `source`; None if it stays."""
        if path in self._wrapped:
            args, function = self._wrapped[path]
            return f"{function.__name__}({source}{args})"
        if path in self._subtrees:
            return f"{self._subtrees[path]._name}({source})"
        inside = child.name_cells().items() if is_container(child) else ()
        changed = {key: self._child_source(f"{path}.{key}", cell, "cell") for key, cell in inside}
        changed = ", ".join(f"{key!r}: lambda cell: {new}" for key, new in changed.items() if new)
        return f"with_cells({source}, {{{changed}}})" if changed else None

    def _is_op(self, name):
        return isinstance(getattr(self.cell, name, None), (Cell, Primitive))

    def _node(self, statement):
        if statement not in self._nodes:
            self._nodes[statement] = Node(_unique(_name_of(statement), self._node_names), statement, self)
        return self._nodes[statement]

    def _statement(self, node):
        return (self.get_node(node) if isinstance(node, str) else node)._statement

    def _method_of(self, node):
        statement = self._statement(node)
        return next(m for m in self._methods.values() if any(inner is statement for inner in ast.walk(m)))

    def _key(self, node):
        statement = self._statement(node)
        return self._method_of(node) if isinstance(statement, ast.arg) else statement

    def _flow(self, node):
        method = self._method_of(node)
        if method.name not in self._flows:
            self._flows[method.name] = Flow(method)
        return self._flows[method.name]

    def _body_of(self, statement):
        for method in self._methods.values():
            for inner in ast.walk(method):
                for field in ("body", "orelse", "finalbody"):
                    body = getattr(inner, field, None)
                    if isinstance(body, list) and statement in body:
                        return body
        raise ValueError("SymbolTree: the node is not in the code of this tree")

    def _base(self):
        kind = type(self.cell)
        return kind.__name__ if self._globals.get(kind.__name__, kind) is kind else f"{kind.__name__}_base"

    def _own_code(self):
        cells = {n: self._child_source(n, c, f"obj.{n}") for n, c in self.cell.name_cells().items()}
        cells = {name: source for name, source in cells.items() if source}
        if self.cell is not self.origin:
            cells = None
        return code_of(self._name, self._base(), self._methods.values(), cells)

    def _sources(self, done):
        """The sources of the classes below that are not `done`, and of its own."""
        for tree in self.subtrees():
            if tree not in done:
                done[tree] = True
                yield from tree._sources(done)
        used = {n.id for m in self._methods.values() for n in ast.walk(m) if isinstance(n, ast.Name)}
        module = type(self.cell).construct.__module__
        names = sorted(name for name in used if name in self._globals and name not in self._added)
        imports = [f"from {module} import {', '.join(names)}"] if names else []
        added = {**self._added, self._base(): type(self.cell)}
        imports += [import_line(value, name) for name, value in added.items()]
        yield "\n".join([*imports, "", "", self._own_code(), ""])

    def _make_class(self, made):
        if self not in made:
            children = {tree._name: tree._make_class(made) for tree in self.subtrees()}
            space = {**self._globals, **self._added, **children, self._base(): type(self.cell)}
            source = self._own_code()
            file = f"<rewritten {self._name} {next(_files)}>"
            linecache.cache[file] = (len(source), None, source.splitlines(True), file)
            exec(compile(source, file, "exec"), space)
            made[self] = space[self._name]
        return made[self]


def _tree_of(cell, class_names):
    """The tree of a cell, or None if its code stays as it is."""
    spelled = layers.spell(cell) if namespace._ms_cells_to_subtree else None
    inner = spelled or cell
    construct = getattr(type(inner), "construct", None)
    if "construct" in vars(inner) or not inspect.isfunction(construct) or _source_of(construct) is None:
        return None
    return SymbolTree(inner, cell, class_names)


def _source_of(function):
    """The definition of a method, or None if it cannot be rewritten."""
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError):
        return None
    names = [n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in ast.walk(definition)]
    private = any(name.startswith("__") and not name.endswith("__") for name in names)
    is_method = isinstance(definition, ast.FunctionDef) and definition.args.args[:1]
    if not is_method or private or {"super", "__class__"} & set(names) or not is_simple(definition):
        return None
    return definition if definition.args.args[0].arg == "self" else None


def is_container(cell):
    """True for a cell that only holds others."""
    return isinstance(cell, (SequentialCell, CellList))


def _cells_below(cell, path, trees):
    """The cells below, looking into containers, that are not in `trees`: pairs of path and cell."""
    for name, child in cell.name_cells().items():
        if is_container(child):
            yield from _cells_below(child, f"{path}{name}.", trees)
        elif path + name not in trees:
            yield path + name, child


def _statements(body):
    for statement in body:
        yield statement
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, field, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _name_of(statement):
    if isinstance(statement, ast.arg):
        return f"input_{statement.arg}"
    call = getattr(statement, "value", None)
    if isinstance(call, ast.Call):
        return called_attribute(call) or ast.unparse(call.func).rpartition(".")[2]
    return type(statement).__name__.lower()


def _unique(name, taken):
    out, number = name, 0
    while out in taken:
        number += 1
        out = f"{name}_{number}"
    taken.add(out)
    return out
