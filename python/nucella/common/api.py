"""jit: marks functions that may be compiled. For now they run op by op, with the same results."""
import functools
import types

from nucella._core import Cell, JitConfig, Parameter
from nucella.common._no_grad import _no_grad

__all__ = ["JitConfig", "_no_grad", "jit", "jit_class"]


def _check_one_of(name, value, allowed):
    if value not in allowed:
        raise ValueError(f"For 'jit', the '{name}' must be str and must be in '{allowed}', but got '{value}'.")


def jit(function=None, *, capture_mode="ast", jit_level="O0", dynamic=0, fullgraph=False, backend="", **options):
    """Marks a function, method or Cell as one that may be compiled; also usable as a decorator.

    nucella runs it op by op: the results are those of the function itself, and gradients go through it.

    Args:
        function: what to mark. None: returns a decorator. What is no function comes back as it is.
        capture_mode (str): "ast", "bytecode" or "trace".
        jit_level (str): "O0" or "O1".
        dynamic (int): 0 or 1.
        fullgraph (bool): refuse what cannot be compiled.
        backend (str), options: kept for whoever compiles.

    Raises:
        ValueError, TypeError: for a wrong setting.

    Examples:
        >>> from nucella import Tensor, jit
        >>> @jit
        ... def square(x):
        ...     return x * x
        >>> square(Tensor([3.0]))
        Tensor(shape=[1], dtype=Float32, value= [ 9.00000000e+00])
    """
    _check_one_of("capture_mode", capture_mode, ["ast", "bytecode", "trace"])
    _check_one_of("jit_level", jit_level, ["O0", "O1"])
    if not isinstance(dynamic, int) or isinstance(dynamic, bool):
        raise TypeError(f"For 'jit', the 'dynamic' must be 'int', but got '{type(dynamic).__name__}'.")
    if dynamic not in (0, 1):
        raise ValueError(f"For 'jit', the 'dynamic' must be in range of [0, 1], but got {dynamic}.")
    if not isinstance(fullgraph, bool):
        raise TypeError(f"For 'jit', the 'fullgraph' must be a bool, but got {type(fullgraph).__name__}.")
    return _mark if function is None else _mark(function)


def _check_parameter_names(args):
    """ValueError when a Parameter among the arguments has the name of another one of the Cell they begin with."""
    if not args or not isinstance(args[0], Cell) or not any(isinstance(arg, Parameter) for arg in args):
        return
    own = {parameter.name: parameter for parameter in args[0].get_parameters()}
    for arg in args:
        if isinstance(arg, Parameter) and own.get(arg.name, arg) is not arg:
            raise ValueError(f"The value {arg} , its name '{arg.name}' already exists.")


def _mark(function):
    if not isinstance(function, (types.FunctionType, types.MethodType, Cell)):
        return function

    def jitted(*args, **kwargs):
        _check_parameter_names(args)
        return function(*args, **kwargs)

    if not isinstance(function, Cell):
        functools.update_wrapper(jitted, function)
    jitted.__wrapped_by_jit__ = True
    return jitted


def jit_class(cls):
    """Marks a class whose objects may be used in compiled functions; returns it.

    Raises:
        TypeError: for anything but a class, and for a Cell.

    Examples:
        >>> @nucella.jit_class
        ... class Scale:
        ...     def __call__(self, x):
        ...         return 2 * x
        >>> print(Scale()(Tensor([1.0])))
        [2.]
    """
    if not isinstance(cls, type):
        raise TypeError(f"Decorator jit_class can only be used for class type, but got {cls}.")
    if issubclass(cls, Cell):
        raise TypeError(f"Decorator jit_class is used for user-defined classes and cannot be used for nn.Cell: {cls}.")
    cls.__ms_class__ = True
    return cls
