"""Which device computes, and whether twice the same gives the same."""

from nucella.common.checks import check_bool, check_int, check_str
from nucella.context import set_context

__all__ = ["set_deterministic", "set_device"]


def set_device(device_target, device_id=None):
    """The setting device_target of set_context(); other devices than "CPU" are accepted and change nothing.

    Args:
        device_target (str): "CPU", "GPU" or "Ascend".
        device_id (int): At least 0. Default: None, which leaves it.

    Raises:
        TypeError, ValueError: An argument is of another type or none of these.

    Examples:
        >>> nucella.set_device("CPU")
        >>> nucella.get_context("device_target")
        'CPU'
    """
    check_str("set_device", "device_target", device_target, ("CPU", "GPU", "Ascend"))
    if device_id is not None:
        check_int("set_device", "device_id", device_id, 0)
        set_context(device_id=device_id)
    set_context(device_target=device_target)


def set_deterministic(deterministic):
    """The setting `deterministic` of set_context(), as a bool: whether the number of threads may change results.

    TypeError unless `deterministic` is a bool.

    Examples:
        >>> nucella.set_deterministic(True)
        >>> nucella.get_context("deterministic")
        'ON'
        >>> nucella.set_deterministic(False)
    """
    set_context(deterministic=check_bool("set_deterministic", "deterministic", deterministic))
