"""nucella.common.initializer with the private names that MindSpore's own tests import."""

from nucella.common.initializer import *


def _assignment(arr, num):
    """Fills the array with the number."""
    arr[...] = num
    return arr
