"""Node: a line of a network's code."""

import ast
import enum

from nucella.common.checks import check_type
from nucella.nn import Cell, CellList, SequentialCell
from nucella.ops import Primitive
from nucella.rewrite._flatten import called_attribute
from nucella.rewrite.values import ScopedValue, ValueType, expression_of, target_of, value_of

__all__ = ["Node", "NodeType"]


class NodeType(enum.Enum):
    """What a line does.

    Tree is a call of a cell whose code is rewritten, too, CallCell that of another one; CallFunction is any call of
    something else than a cell or primitive; Input is an argument of construct and Output a return.

    Examples:
        >>> from nucella.rewrite import NodeType
        >>> NodeType.Tree.name
        'Tree'
    """

    Unknown = 0
    CallCell = 1
    CallPrimitive = 2
    CallModule = 3
    CallFunction = 4
    CallMethod = 5
    Python = 6
    Input = 7
    Output = 8
    Tree = 9
    CellContainer = 10
    MathOps = 11
    ControlFlow = 12


_KINDS = {
    NodeType.ControlFlow: (ast.If, ast.For, ast.While, ast.With, ast.Try),
    NodeType.Output: (ast.Return,),
    NodeType.Input: (ast.arg,),
}
_CONTAINERS = (SequentialCell, CellList)
_MATH = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare)


class Node:
    """A line of a network's code, or an argument of it. Nodes come from a SymbolTree, or are made to be put into one.

    Examples:
        >>> from nucella.rewrite import SymbolTree
        >>> class Net(nn.Cell):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.relu = ops.ReLU()
        ...     def construct(self, x):
        ...         return self.relu(x) + 1
        >>> [node.get_name() for node in SymbolTree.create(Net()).nodes()]
        ['input_x', 'relu', 'return']
    """

    def __init__(self, name, statement, tree=None, function=None):
        self._name = name
        self._statement = statement
        self._tree = tree
        self._function = function  # what a node that is not from the network's own code calls

    @classmethod
    def create_call_function(cls, function, targets, args=None, kwargs=None):
        """A node `targets = function(args)` to insert. `function` goes by its name in the code."""
        check_type("Node.create_call_function", "targets", targets, (list, tuple))
        call = ast.Call(
            ast.Name(function.__name__, ast.Load()),
            [expression_of(value) for value in args or ()],
            [ast.keyword(name, expression_of(value)) for name, value in (kwargs or {}).items()],
        )
        names = [target_of(target) for target in targets]
        target = names[0] if len(names) == 1 else ast.Tuple(names, ast.Store())
        return cls(function.__name__, ast.Assign([target], call, lineno=0), function=function)

    def get_name(self):
        """The name of the node, no other of its tree has it."""
        return self._name

    def get_symbol_tree(self):
        """The tree that it belongs to, or None."""
        return self._tree

    def get_node_type(self):
        """What the line does."""
        for kind, statements in _KINDS.items():
            if isinstance(self._statement, statements):
                return kind
        instance = self.get_instance()
        if isinstance(instance, Cell):
            if self.get_sub_tree() is not None:
                return NodeType.Tree
            return NodeType.CellContainer if isinstance(instance, _CONTAINERS) else NodeType.CallCell
        if isinstance(instance, Primitive):
            return NodeType.CallPrimitive
        if self._call() is not None:
            return NodeType.CallFunction
        return NodeType.MathOps if isinstance(getattr(self._statement, "value", None), _MATH) else NodeType.Python

    def get_instance(self):
        """The cell, primitive or function that is called; None if that is not known before the code runs."""
        if self._function is not None:
            return self._function
        name = called_attribute(self._call())
        return getattr(self._tree.cell, name, None) if name else None

    def get_instance_type(self):
        """The class of that cell or primitive; a function itself."""
        instance = self.get_instance()
        if not isinstance(instance, (Cell, Primitive)):
            return instance
        subtree = self.get_sub_tree()
        return type(subtree.origin if subtree is not None else instance)

    def get_sub_tree(self):
        """The tree of the cell that is called, or None."""
        name = called_attribute(self._call())
        return self._tree.subtree_of(name) if name and self._tree else None

    def get_targets(self):
        """What is assigned to, as a list of ScopedValue."""
        if isinstance(self._statement, ast.arg):
            return [ScopedValue.create_naming_value(self._statement.arg)]
        targets = getattr(self._statement, "targets", [])
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple):
            targets = targets[0].elts
        return [value_of(target) for target in targets]

    def get_args(self):
        """The arguments of the call by position, as a list of ScopedValue."""
        return [value_of(argument) for argument in self._call().args] if self._call() is not None else []

    def get_kwargs(self):
        """The arguments of the call by name."""
        call = self._call()
        return {k.arg: value_of(k.value) for k in call.keywords if k.arg} if call is not None else {}

    def set_arg(self, index, arg):
        """Puts another argument at a position. `arg` is a ScopedValue or the source of one."""
        self._call().args[index] = expression_of(arg)
        if self._tree is not None:
            self._tree.has_changed()

    def set_arg_by_node(self, index, node):
        """Puts the first target of `node` at a position."""
        self.set_arg(index, node.get_targets()[0])

    def get_users(self):
        """The nodes that may read one of its targets, in the order of the code."""
        return self._tree.users(self)

    def get_inputs(self):
        """The nodes whose targets it may read, in the order of the code."""
        return self._tree.inputs(self)

    def only_user_of(self, index):
        """True if the argument at `index` is a variable of which one node alone gives the value, and only this node
        reads it, so that it may be changed in place."""
        value = self.get_args()[index]
        is_variable = value.type is ValueType.NamingValue and not value.scope
        providers = self._tree.providers(self, value.value) if is_variable else []
        return len(providers) == 1 and self._tree.users(providers[0], value.value) == [self]

    def _call(self):
        value = getattr(self._statement, "value", None)
        return value if isinstance(value, ast.Call) else None
