"""Checks of arguments: the text of an error names function, argument, what was expected and what came."""

import numbers

__all__ = ["check_bool", "check_int", "check_number", "check_str", "check_type"]


def check_type(who, argument, value, types):
    """TypeError unless `value` is of one of `types`; a bool counts as an int only where bool is listed."""
    types = types if isinstance(types, tuple) else (types,)
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and object not in types):
        names = " or ".join("None" if kind is type(None) else kind.__name__ for kind in types)
        raise TypeError(f"{who}: '{argument}' must be {names}, got {type(value).__name__}")
    return value


def check_bool(who, argument, value):
    """TypeError unless True or False."""
    return check_type(who, argument, value, bool)


def check_str(who, argument, value, allowed=None):
    """TypeError unless a str; ValueError unless among `allowed`."""
    check_type(who, argument, value, str)
    if allowed is not None and value not in allowed:
        raise ValueError(f"{who}: '{argument}' must be one of {list(allowed)}, got {value!r}")
    return value


def check_int(who, argument, value, low=None):
    """TypeError unless an int, ValueError when it is less than `low`."""
    check_type(who, argument, value, int)
    if low is not None and value < low:
        raise ValueError(f"{who}: '{argument}' must be at least {low}, got {value}")
    return value


def check_number(who, argument, value):
    """TypeError unless an int or a float, of Python or NumPy."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{who}: '{argument}' must be a number, got {type(value).__name__}")
    return value
