"""Memory of tensors, by MindSpore's names."""

from nucella import _core

__all__ = [
    "empty_cache",
    "max_memory_allocated",
    "memory_allocated",
    "memory_reserved",
    "memory_stats",
    "reset_max_memory_allocated",
    "reset_peak_memory_stats",
    "set_memory",
    "synchronize",
]


def memory_stats():
    """Bytes in use, their peak, kept for reuse, and obtained from the system: a dict."""
    return _core.memory_stats()


def memory_allocated():
    """Bytes in use."""
    return _core.memory_stats()["used_bytes"]


def max_memory_allocated():
    """The peak of memory_allocated() since the start or reset_peak_memory_stats()."""
    return _core.memory_stats()["peak_bytes"]


def memory_reserved():
    """Bytes obtained from the system."""
    return _core.memory_stats()["system_bytes"]


def reset_peak_memory_stats():
    """The peak starts again from what is in use now."""
    _core.reset_peak_memory()


reset_max_memory_allocated = reset_peak_memory_stats


def empty_cache():
    """Returns memory kept for reuse to the system."""
    _core.empty_cache()


def synchronize():
    """Waits for ops that are under way: there are none."""


def set_memory(
    init_size="2GB", increase_size="2GB", max_size="1024GB", optimize_level="O0", huge_page_reserve_size="0GB"
):
    """Settings of a device's memory pool: checked, and of no effect on a CPU.

    Raises:
        ValueError: `optimize_level` is neither "O0" nor "O1".
    """
    if optimize_level not in ("O0", "O1"):
        raise ValueError(f"set_memory: 'optimize_level' must be 'O0' or 'O1', got {optimize_level!r}")
