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
    """Bytes in use, their peak, kept for reuse, and obtained from the system: a dict.

    Examples:
        >>> sorted(nucella.runtime.memory_stats())
        ['cached_bytes', 'peak_bytes', 'system_bytes', 'used_bytes']
    """
    return _core.memory_stats()


def memory_allocated():
    """Bytes in use.

    Examples:
        >>> before = nucella.runtime.memory_allocated()
        >>> x = ops.ones((1024,), nucella.float32)
        >>> nucella.runtime.memory_allocated() - before >= 4096
        True
    """
    return _core.memory_stats()["used_bytes"]


def max_memory_allocated():
    """The peak of memory_allocated() since the start or reset_peak_memory_stats().

    Examples:
        >>> nucella.runtime.max_memory_allocated() >= nucella.runtime.memory_allocated()
        True
    """
    return _core.memory_stats()["peak_bytes"]


def memory_reserved():
    """Bytes obtained from the system.

    Examples:
        >>> nucella.runtime.memory_reserved() >= nucella.runtime.memory_allocated()
        True
    """
    return _core.memory_stats()["system_bytes"]


def reset_peak_memory_stats():
    """The peak starts again from what is in use now.

    Examples:
        >>> nucella.runtime.reset_peak_memory_stats()
        >>> nucella.runtime.max_memory_allocated() == nucella.runtime.memory_allocated()
        True
    """
    _core.reset_peak_memory()


reset_max_memory_allocated = reset_peak_memory_stats


def empty_cache():
    """Returns memory kept for reuse to the system.

    Examples:
        >>> nucella.runtime.empty_cache()
    """
    _core.empty_cache()


def synchronize():
    """Waits for ops that are under way: there are none.

    Examples:
        >>> nucella.runtime.synchronize()
    """


def set_memory(
    init_size="2GB", increase_size="2GB", max_size="1024GB", optimize_level="O0", huge_page_reserve_size="0GB"
):
    """Settings of a device's memory pool: checked, and of no effect on a CPU.

    Raises:
        ValueError: `optimize_level` is neither "O0" nor "O1".

    Examples:
        >>> nucella.runtime.set_memory(max_size="10GB")
    """
    if optimize_level not in ("O0", "O1"):
        raise ValueError(f"set_memory: 'optimize_level' must be 'O0' or 'O1', got {optimize_level!r}")
