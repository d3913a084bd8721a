"""nucella.common.parameter with the private names that MindSpore's own tests import."""

from nucella.common.parameter import *
from nucella.common.parameter import Buffer as _Buffer  # noqa: F401


def _is_parameter_generated(name):
    """Whether a parameter got its name from nobody."""
    return isinstance(name, str) and (name == "Parameter" or name.startswith("Parameter$"))
