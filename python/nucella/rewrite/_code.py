"""What the code of a rewritten cell is made of."""

import ast
import inspect

__all__ = ["code_of", "import_line"]


def code_of(name, base, methods, cells):
    """The source of class `name`, a `base` with other methods.

    `cells` are the sources of what its children become, of which `obj`, the cell that it is made from, gives the old
    ones; None: its base has a constructor that takes `obj`.
    """
    lines = [f"class {name}({base}):", ""]
    if cells is not None:
        lines += ["    def __init__(self, obj):", "        self.__setstate__(obj.__getstate__())"]
        lines += [f"        self.{child} = {source}" for child, source in cells.items()]
        lines.append("")
    for method in methods:
        source = ast.unparse(ast.fix_missing_locations(method))
        lines += [f"    {line}" if line else "" for line in source.splitlines()] + [""]
    return "\n".join(lines)


def import_line(value, name):
    """How code gets `value` under `name`."""
    if inspect.ismodule(value):
        return f"import {value.__name__} as {name}"
    own = value.__name__
    return f"from {value.__module__} import {own}" + ("" if own == name else f" as {name}")
