"""The seed of every random generator."""

from nucella import _core

__all__ = ["get_seed", "set_seed"]


def set_seed(seed):
    """Restarts every generator: those of the core and NumPy's global one.

    Args:
        seed (int): 0 to 2**32 - 1.

    Raises:
        TypeError: `seed` is no int.
        ValueError: `seed` is out of range.

    Examples:
        >>> nucella.set_seed(1)
        >>> first = nucella.initializer("normal", [2]).init_data()
        >>> nucella.set_seed(1)
        >>> bool((first == nucella.initializer("normal", [2]).init_data()).all())
        True
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"set_seed: 'seed' must be an int, got {type(seed).__name__}")
    if not 0 <= seed < 2**32:
        raise ValueError(f"set_seed: 'seed' must be in [0, 2**32), got {seed}")
    import numpy  # importing it takes longer than importing all of nucella

    _core.set_seed(seed)
    numpy.random.seed(seed)


def get_seed():
    """The seed given last, or None.

    Examples:
        >>> nucella.set_seed(3)
        >>> nucella.get_seed()
        3
    """
    return _core.get_seed()
