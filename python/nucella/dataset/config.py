"""The settings of data sets."""

from nucella.common.checks import check_type
from nucella.common.seed import get_seed as _seed_of_process

__all__ = ["get_num_parallel_workers", "get_seed", "set_num_parallel_workers", "set_seed"]

_settings = {"seed": None, "workers": 1}


def set_seed(seed):
    """The seed of shuffles from now on; without one it is that of :func:`nucella.set_seed`.

    Args:
        seed (int): 0 to 2**32 - 1.

    Raises:
        TypeError: `seed` is no int.
        ValueError: `seed` is out of range.
    """
    check_type("dataset.config.set_seed", "seed", seed, int)
    if not 0 <= seed < 2**32:
        raise ValueError(f"dataset.config.set_seed: 'seed' must be in [0, 2**32), got {seed}")
    _settings["seed"] = seed


def get_seed():
    """The seed of shuffles, or None when neither set_seed() was called: each shuffle is another."""
    return _seed_of_process() if _settings["seed"] is None else _settings["seed"]


def set_num_parallel_workers(num):
    """Kept, and of no effect: rows are made as they are asked for."""
    check_type("dataset.config.set_num_parallel_workers", "num", num, int)
    if num < 1:
        raise ValueError(f"dataset.config.set_num_parallel_workers: 'num' must be at least 1, got {num}")
    _settings["workers"] = num


def get_num_parallel_workers():
    """What was set, or 1."""
    return _settings["workers"]
