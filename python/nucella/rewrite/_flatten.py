"""Gives every call of an attribute of self in a function a line, and so a name, of its own."""

import ast

__all__ = ["flatten"]


def flatten(function, is_node, unique_name):
    """Moves nested calls `self.name(...)` for which `is_node(name)` into assignments before their statement.

    `return self.relu(x)` becomes `relu_var = self.relu(x)` and `return relu_var`. Calls that may not be made at all, or
    more than once, stay where they are: in the condition of a while loop, behind `and`, in a comprehension.
    """
    function.body = _flatten_body(function.body, is_node, unique_name)


def _flatten_body(body, is_node, unique_name):
    out = []
    for statement in body:
        mover = _Mover(is_node, unique_name)
        for field in () if isinstance(statement, ast.While) else ("value", "test", "iter", "items", "exc"):
            _visit_field(statement, field, mover)
        out += mover.moved
        out.append(statement)
        for field in ("body", "orelse", "finalbody"):
            if getattr(statement, field, None):
                setattr(statement, field, _flatten_body(getattr(statement, field), is_node, unique_name))
        for handler in getattr(statement, "handlers", []):
            handler.body = _flatten_body(handler.body, is_node, unique_name)
    return out


def _visit_field(statement, field, mover):
    value = getattr(statement, field, None)
    if isinstance(value, list):
        value[0].context_expr = mover.visit(value[0].context_expr)  # the others may use what it gives
    elif isinstance(value, ast.Call) and isinstance(statement, (ast.Assign, ast.Expr)):
        mover.generic_visit(value)  # it has a line of its own already
    elif isinstance(value, ast.AST):
        setattr(statement, field, mover.visit(value))


def called_attribute(expression):
    """The `name` of a call `self.name(...)`, or None."""
    function = getattr(expression, "func", None)
    is_attribute = isinstance(expression, ast.Call) and isinstance(function, ast.Attribute)
    return function.attr if is_attribute and ast.unparse(function.value) == "self" else None


class _Mover(ast.NodeTransformer):
    """Replaces calls by names and keeps the assignments to these."""

    def __init__(self, is_node, unique_name):
        self._is_node = is_node
        self._unique_name = unique_name
        self.moved = []

    def visit_Call(self, call):
        self.generic_visit(call)
        name = called_attribute(call)
        if name is None or not self._is_node(name):
            return call
        variable = self._unique_name(f"{name}_var")
        self.moved.append(ast.Assign([ast.Name(variable, ast.Store())], call, lineno=call.lineno))
        return ast.Name(variable, ast.Load())

    def visit_BoolOp(self, node):
        node.values[0] = self.visit(node.values[0])
        return node

    def visit_IfExp(self, node):
        node.test = self.visit(node.test)
        return node

    def visit_Compare(self, node):
        node.left, node.comparators[0] = self.visit(node.left), self.visit(node.comparators[0])
        return node

    def _stay(self, node):
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _stay
