"""How primitives of windows read their sizes."""


def sizes_of(value, axes, who, name):
    """One int for each axis: from an int, as many, or (1, 1, ...) in front of as many."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) * axes
    if isinstance(value, (tuple, list)) and len(value) in (axes, axes + 2):
        return tuple(value[-axes:])
    raise TypeError(f"{who}: '{name}' must be an int or a tuple of {axes} ints, got {value!r}")


def sides_of(value, axes, who):
    """Padding on both sides of each axis."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) * (2 * axes)
    if isinstance(value, (tuple, list)) and len(value) == 2 * axes:
        return tuple(value)
    raise ValueError(f"{who}: 'pad' must be an int or a tuple of {2 * axes} ints, got {value!r}")


def check_same(value, expected, who, name):
    """ValueError unless the argument has the one value that is known."""
    if value != expected:
        raise ValueError(f"{who}: '{name}' must be {expected!r}, got {value!r}")


def ints_of(value):
    """A tuple of ints from one, a tuple or list, or a Tensor of them."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return (value,) if isinstance(value, int) else tuple(value)
