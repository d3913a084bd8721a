"""MultitypeFuncGraph, HyperMap and Map: functions by argument type, and functions over tuples and lists."""
from nucella import _core


def _is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


_MATCHERS = {
    "Tensor": lambda value: isinstance(value, _core.Tensor),
    "Number": lambda value: isinstance(value, (int, float)),
    "Int": _is_int,
    "Int64": _is_int,
    "Float": lambda value: isinstance(value, float),
    "Float64": lambda value: isinstance(value, float),
    "Bool": lambda value: isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Tuple": lambda value: isinstance(value, tuple),
    "List": lambda value: isinstance(value, list),
    "Dictionary": lambda value: isinstance(value, dict),
    "None": lambda value: value is None,
    "Function": lambda value: callable(value) and not isinstance(value, _core.Tensor),
    "TypeType": lambda value: isinstance(value, _core.dtype),
    "Slice": lambda value: isinstance(value, slice),
    "Ellipsis": lambda value: value is ...,
}
# Types of MindSpore that no argument of an eager call has.
_UNSEEN = frozenset(("Int8", "Int16", "Int32", "UInt", "UInt8", "UInt16", "UInt32", "UInt64", "Float16", "Float32",
                     "BFloat16", "Complex", "Complex64", "Complex128", "RowTensor", "COOTensor", "CSRTensor",
                     "MapTensor", "Problem", "Keyword"))


def _matcher(type_name):
    if isinstance(type_name, _core.dtype):
        type_name = str(type_name)
    if not isinstance(type_name, str):
        raise TypeError("For 'MultitypeFuncGraph', a type must be given as str or dtype, but got "
                        f"{type(type_name).__name__}")
    if type_name in _UNSEEN:
        return lambda value: False
    if type_name not in _MATCHERS:
        raise RuntimeError(f"Unsupported type name: {type_name}!")
    return _MATCHERS[type_name]


class MultitypeFuncGraph:
    """A function with one implementation for each combination of argument types.

    Examples:
        >>> from nucella import ops
        >>> add = ops.MultitypeFuncGraph("add")
        >>> @add.register("Number", "Number")
        ... def add_numbers(x, y):
        ...     return x + y
        >>> @add.register("String", "String")
        ... def add_strings(x, y):
        ...     return x + " " + y
        >>> add(1, 2)
        3
        >>> add("one", "two")
        'one two'
    """

    def __init__(self, name, read_value=False):
        self.name = name
        self.read_value = read_value
        self.entries = []

    def register(self, *type_names):
        """A decorator that makes a function the implementation for arguments of these types.

        A type is "Tensor", "Number", "Int", "Float", "Bool", "String", "Tuple", "List", "Dictionary", "None",
        "Function", "TypeType" or a dtype. RuntimeError for another name.
        """

        def register_implementation(fn):
            matchers = tuple(_matcher(name) for name in type_names)
            self.entries.append((type_names, matchers, fn))
            return fn

        return register_implementation

    def __call__(self, *args):
        """Calls the first implementation that fits; the only one whatever the types. ValueError when none fits."""
        if len(self.entries) == 1:
            return self.entries[0][2](*args)
        for _, matchers, fn in self.entries:
            if len(matchers) == len(args) and all(match(arg) for match, arg in zip(matchers, args)):
                return fn(*args)
        raise ValueError(
            f"For 'MultitypeFuncGraph', '{self.name}' has no implementation for the types "
            f"{tuple(type(arg).__name__ for arg in args)}, only for {[names for names, _, _ in self.entries]}")


class HyperMap:
    """Applies a function to the elements of tuples and lists, however deep; the result is a tuple.

    The function is given here or as the first argument of each call.

    Examples:
        >>> from nucella import ops
        >>> ops.HyperMap()(lambda x, y: x + y, (1, (2, 3)), (10, (20, 30)))
        (11, (22, 33))
    """

    def __init__(self, ops=None, reverse=False):
        if ops is not None and not callable(ops):
            raise TypeError(f"For '{type(self).__name__}', 'ops' must be a function, but got {type(ops).__name__}")
        self.ops = ops
        self.reverse = reverse

    def __call__(self, *args):
        """A tuple of what the function returns for the elements."""
        if self.ops is not None:
            return self._apply(self.ops, args)
        return self._apply(args[0], args[1:])

    def _apply(self, fn, args):
        if not isinstance(args[0], (tuple, list)):
            return fn(*args)
        return tuple(self._apply(fn, items) for items in zip(*args))


class Map(HyperMap):
    """As HyperMap, but only one level deep.

    Examples:
        >>> from nucella import ops
        >>> ops.Map()(lambda x, y: x + y, (1, 2), (10, 20))
        (11, 22)
    """

    def _apply(self, fn, args):
        return tuple(map(fn, *args))
