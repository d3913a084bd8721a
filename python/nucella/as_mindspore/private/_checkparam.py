"""Checks of arguments."""

import functools
import inspect
import operator
import re

from nucella import dtype as mstype

EQ, NE, LT, LE, GT, GE = operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge
INC_NEITHER, INC_LEFT, INC_RIGHT, INC_BOTH = "INC_NEITHER", "INC_LEFT", "INC_RIGHT", "INC_BOTH"
IN = "IN"
_SIGNS = {EQ: "==", NE: "!=", LT: "<", LE: "<=", GT: ">", GE: ">="}
_RANGES = {INC_NEITHER: (GT, LT), INC_LEFT: (GE, LT), INC_RIGHT: (GT, LE), INC_BOTH: (GE, LE)}


def _where(arg_name, prim_name):
    return (f"For '{prim_name}', " if prim_name else "") + f"the argument '{arg_name or 'value'}'"


def _check_kind(value, kinds, arg_name, prim_name):
    """`value` if it is of one of the types; a bool counts as no number."""
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise TypeError(f"{_where(arg_name, prim_name)} must be {names}, got {type(value).__name__} {value!r}")
    return value


def _check_number(value, bound, relation, kind, arg_name, prim_name):
    _check_kind(value, (kind, int) if kind is float else kind, arg_name, prim_name)
    if not relation(value, bound):
        raise ValueError(f"{_where(arg_name, prim_name)} must be {_SIGNS[relation]} {bound}, got {value!r}")
    return value


def check_number_range(arg_value, lower_limit, upper_limit, rel, value_type, arg_name=None, prim_name=None):
    """The value if it lies between the limits."""
    _check_kind(arg_value, value_type, arg_name, prim_name)
    above, below = _RANGES[rel]
    if not (above(arg_value, lower_limit) and below(arg_value, upper_limit)):
        raise ValueError(
            f"{_where(arg_name, prim_name)} must be {_SIGNS[above]} {lower_limit} and {_SIGNS[below]} "
            f"{upper_limit}, got {arg_value!r}"
        )
    return arg_value


def check_int_range(arg_value, lower_limit, upper_limit, rel, arg_name=None, prim_name=None):
    """The int if it lies between the limits."""
    return check_number_range(arg_value, lower_limit, upper_limit, rel, int, arg_name, prim_name)


def check_float_range(arg_value, lower_limit, upper_limit, rel, arg_name=None, prim_name=None):
    """The float if it lies between the limits."""
    return check_number_range(arg_value, lower_limit, upper_limit, rel, (float, int), arg_name, prim_name)


def check_int(arg_value, value, rel, arg_name=None, prim_name=None):
    """The int if it stands in that relation to `value`."""
    return _check_number(arg_value, value, rel, int, arg_name, prim_name)


def check_float(arg_value, value, rel, arg_name=None, prim_name=None):
    """The number if it stands in that relation to `value`."""
    return _check_number(arg_value, value, rel, float, arg_name, prim_name)


def check_is_int(arg_value, arg_name=None, prim_name=None):
    """The value if it is an int."""
    return _check_kind(arg_value, int, arg_name, prim_name)


def check_is_float(arg_value, arg_name=None, prim_name=None):
    """The value if it is a float."""
    return _check_kind(arg_value, float, arg_name, prim_name)


def check_is_number(arg_value, arg_type, arg_name=None, prim_name=None):
    """The value if it is of that type and finite."""
    _check_kind(arg_value, arg_type, arg_name, prim_name)
    if arg_value != arg_value or arg_value in (float("inf"), float("-inf")):
        raise ValueError(f"{_where(arg_name, prim_name)} must be finite, got {arg_value!r}")
    return arg_value


def _comparison(kind, relation, bound=0):
    def check_relation(arg_value, arg_name=None, prim_name=None):
        return _check_number(arg_value, bound, relation, kind, arg_name, prim_name)

    return check_relation


check_positive_int = _comparison(int, GT)
check_negative_int = _comparison(int, LT)
check_non_positive_int = _comparison(int, LE)
check_non_negative_int = _comparison(int, GE)
check_positive_float = _comparison(float, GT)
check_negative_float = _comparison(float, LT)
check_non_positive_float = _comparison(float, LE)
check_non_negative_float = _comparison(float, GE)


def check_equal_int(arg_value, value, arg_name=None, prim_name=None):
    """The int if it is `value`."""
    return check_int(arg_value, value, EQ, arg_name, prim_name)


def check_positive_int_sequence(sequence, arg_name=None, prim_name=None):
    """The sequence if all elements are ints above 0."""
    for i, element in enumerate(_check_kind(sequence, (list, tuple), arg_name, prim_name)):
        check_positive_int(element, f"{arg_name}[{i}]", prim_name)
    return sequence


def check_non_negative_int_sequence(sequence, arg_name=None, prim_name=None):
    """The sequence if all elements are ints from 0."""
    for i, element in enumerate(_check_kind(sequence, (list, tuple), arg_name, prim_name)):
        check_non_negative_int(element, f"{arg_name}[{i}]", prim_name)
    return sequence


def check(arg_name, arg_value, value_name, value, rel=EQ, prim_name=None, excp_cls=ValueError):
    """The value if it stands in that relation to the other."""
    if not rel(arg_value, value):
        raise excp_cls(f"{_where(arg_name, prim_name)} must be {_SIGNS[rel]} {value_name}: {value}, got {arg_value!r}")
    return arg_value


def check_bool(arg_value, arg_name=None, prim_name=None):
    """The value if it is a bool."""
    return _check_kind(arg_value, bool, arg_name, prim_name)


def check_isinstance(arg_name, arg_value, classes):
    """The value if it is of one of the classes; ValueError otherwise, as in MindSpore."""
    if not isinstance(arg_value, classes):
        raise ValueError(f"{_where(arg_name, None)} must be a {classes}, got {type(arg_value).__name__}")
    return arg_value


def check_string(arg_value, valid_values, arg_name=None, prim_name=None):
    """The str if it is one of the values."""
    if not isinstance(arg_value, str) or arg_value not in valid_values:
        raise ValueError(f"{_where(arg_name, prim_name)} must be one of {valid_values}, got {arg_value!r}")
    return arg_value


def check_str_by_regular(target, reg=None, flag=re.ASCII, prim_name=None):
    """True if the str matches the pattern; by default words joined by dots."""
    reg = reg or r"^\w+[0-9a-zA-Z\_\.]*$"
    if re.match(reg, target, flag) is None:
        raise ValueError(f"{_where('name', prim_name)} must match {reg}, got {target!r}")
    return True


def check_value_type(arg_name, arg_value, valid_types, prim_name=None):
    """The value if it is of one of the types."""
    kinds = tuple(valid_types) if isinstance(valid_types, (list, tuple, set)) else (valid_types,)
    none_allowed = None in kinds and arg_value is None
    if not none_allowed:
        _check_kind(arg_value, tuple(kind for kind in kinds if kind is not None), arg_name, prim_name)
    return arg_value


def check_subclass(arg_name, type_, template_types, prim_name=None, addition_error_info=None):
    """TypeError unless the type, or dtype, is one of those."""
    templates = template_types if isinstance(template_types, (list, tuple, set)) else (template_types,)
    by_class = isinstance(type_, type) and any(isinstance(t, type) and issubclass(type_, t) for t in templates)
    if not by_class and type_ not in templates:
        more = f" {addition_error_info}" if addition_error_info else ""
        raise TypeError(f"{_where(arg_name, prim_name)} must be one of {templates}, got {type_}{more}")


def check_valid_input(arg_name, arg_value, prim_name=None):
    """The value unless it is None."""
    if arg_value is None:
        raise ValueError(f"{_where(arg_name, prim_name)} must not be None")
    return arg_value


def check_type_name(arg_name, arg_type, valid_types, prim_name=None):
    """The dtype if it is one of those."""
    valid = valid_types if isinstance(valid_types, (list, tuple, set)) else (valid_types,)
    if arg_type not in valid:
        raise TypeError(f"{_where(arg_name, prim_name)} must be one of {valid}, got {arg_type}")
    return arg_type


def check_tensor_dtype_valid(arg_name, arg_type, valid_dtypes, prim_name=None):
    """The dtype of a tensor if it is one of those."""
    return check_type_name(arg_name, arg_type, valid_dtypes, prim_name)


def check_scalar_or_tensor_types_same(args, valid_values, prim_name, allow_mix=False):
    """TypeError unless the dtypes in the dict are all the same and one of those."""
    if len(set(map(str, args.values()))) > 1 and not allow_mix:
        raise TypeError(f"For '{prim_name}', the types of {list(args)} must be the same, got {list(args.values())}")
    for name, dtype in args.items():
        check_type_name(name, dtype, valid_values, prim_name)


def check_input_format(input_param):
    """The data format if it is NCHW."""
    if input_param != "NCHW":
        raise ValueError(f"The data format must be NCHW, got {input_param!r}")
    return input_param


def _expand_tuple(n_dimensions):
    """A function that makes a tuple of n ints of an int or of a tuple of n."""

    def expand(value):
        if isinstance(value, int) and not isinstance(value, bool):
            return (value,) * n_dimensions
        if not isinstance(value, tuple) or not all(isinstance(e, int) for e in value):
            raise TypeError(f"expected an int or a tuple of {n_dimensions} ints, got {value!r}")
        if len(value) != n_dimensions:
            raise TypeError(f"expected {n_dimensions} ints, got {value!r}")
        return value

    return expand


once, twice, triple = _expand_tuple(1), _expand_tuple(2), _expand_tuple(3)


def args_type_check(*type_args, **type_kwargs):
    """A decorator: TypeError unless the function's arguments are of those types, or None."""

    def decorate(function):
        signature = inspect.signature(function)
        expected = signature.bind_partial(*type_args, **type_kwargs).arguments

        @functools.wraps(function)
        def checked(*args, **kwargs):
            for name, value in signature.bind(*args, **kwargs).arguments.items():
                if name in expected and value is not None:
                    check_value_type(name, value, expected[name])
            return function(*args, **kwargs)

        return checked

    return decorate


def check_hook_fn(hook_fn):
    """True if it can be called."""
    if not callable(hook_fn):
        raise TypeError(f"The argument 'hook_fn' must be a function, got {type(hook_fn).__name__}")
    return True


def is_stub_tensor(tensor):
    """Results are tensors at once here."""
    return False


def check_astype_dtype(dtype):
    """The dtype that a name or a dtype stands for."""
    return getattr(mstype, dtype) if isinstance(dtype, str) else dtype


def check_input_data(*data, data_class):
    """TypeError unless everything, also within lists, tuples and dicts, is of the class."""
    for item in data:
        if isinstance(item, (list, tuple)):
            check_input_data(*item, data_class=data_class)
        elif isinstance(item, dict):
            check_input_data(*item.values(), data_class=data_class)
        elif not isinstance(item, data_class):
            raise TypeError(f"expected {data_class}, got {type(item).__name__}")


def check_output_data(data):
    """RuntimeError for None."""
    if data is None:
        raise RuntimeError("Executor return data is None")
