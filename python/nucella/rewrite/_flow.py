"""Which assignments reach which uses of a variable in a function."""

import ast
import collections

__all__ = ["Flow"]

_TOO_MUCH = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.NamedExpr,
    ast.Global,
    ast.Nonlocal,
    ast.Match,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
)


def is_simple(function):
    """False for a function whose variables may be read or written in ways that Flow does not follow."""
    return not any(isinstance(node, _TOO_MUCH) for statement in function.body for node in ast.walk(statement))


class Flow:
    """The uses of variables in the body of a function that `is_simple`.

    Where it does not know which way a run goes it takes both, so that it names too many assignments, never too few.
    """

    def __init__(self, function):
        self._users = collections.defaultdict(list)  # (assignment, name): the statements that read it
        self._providers = collections.defaultdict(set)  # (statement, name): the assignments it may read
        arguments = function.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        names += [a.arg for a in (arguments.vararg, arguments.kwarg) if a]
        self._walk(function.body, {name: {function} for name in names})

    def users(self, assignment, name):
        """The statements that may read what `assignment` gives to the variable `name`, in the order of the code."""
        return self._users[assignment, name]

    def providers(self, statement, name):
        """The statements, or the function itself for an argument, whose value of `name` the statement may read."""
        return self._providers[statement, name]

    def _read(self, statement, expression, state):
        for node in ast.walk(expression) if expression is not None else ():
            if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Load) or _is_added_to(node, statement)):
                for assignment in state.get(node.id, ()):
                    self._providers[statement, node.id].add(assignment)
                    if statement not in self._users[assignment, node.id]:
                        self._users[assignment, node.id].append(statement)

    def _write(self, statement, target, state):
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                state[node.id] = {statement}

    def _walk(self, body, state):
        """Follows the statements from `state`, variables with the assignments that reach them, and changes it."""
        for statement in body:
            if isinstance(statement, ast.If):
                self._read(statement, statement.test, state)
                other = dict(state)
                self._walk(statement.body, state)
                self._walk(statement.orelse, other)
                _join(state, other)
            elif isinstance(statement, (ast.For, ast.While, ast.Try)):
                self._walk_any_order(statement, state)
            elif isinstance(statement, ast.With):
                for item in statement.items:
                    self._read(statement, item.context_expr, state)
                    if item.optional_vars is not None:
                        self._write(statement, item.optional_vars, state)
                self._walk(statement.body, state)
            else:
                self._read(statement, statement, state)
                self._write(statement, statement, state)

    def _walk_any_order(self, statement, state):
        """Loops, and bodies that may end anywhere: every assignment in them reaches every place in them."""
        for inner in ast.walk(statement):
            for target in _targets(inner):
                written = {}
                self._write(inner, target, written)
                _join(state, written)
        for field in ("iter", "test"):
            self._read(statement, getattr(statement, field, None), state)
        bodies = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
        for body in (*bodies, *(handler.body for handler in getattr(statement, "handlers", []))):
            inside = dict(state)
            self._walk(body, inside)
            _join(state, inside)


def _is_added_to(node, statement):
    return isinstance(statement, ast.AugAssign) and node is statement.target


def _targets(statement):
    """What a statement itself, not one within it, writes to."""
    if isinstance(statement, ast.For):
        return [statement.target]
    if isinstance(statement, ast.With):
        return [item.optional_vars for item in statement.items if item.optional_vars is not None]
    return [statement] if isinstance(statement, ast.stmt) and not hasattr(statement, "body") else []


def _join(state, other):
    for name, assignments in other.items():
        state[name] = state.get(name, set()) | assignments
