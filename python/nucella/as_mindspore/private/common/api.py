"""nucella.common.api with the private names that MindSpore's own tests import."""

from nucella.common.api import *
from nucella.common.api import _no_grad  # noqa: F401


class _PyNativeExecutor:
    """What of MindSpore's executor has a meaning here: every op has run when its call returns."""

    def sync(self):
        """Waits for ops that are under way: there are none."""

    def set_creation_type(self, tensor, creation_type):
        """Notes how a tensor came about, which makes no difference here."""


class _CellGraphExecutor:
    """Compiling a net is running it: what a graph compiler would refuse, its ops refuse."""

    def compile(self, obj, *args, phase="predict", **kwargs):
        """Runs the net once and gives the phase and True."""
        obj(*args, **kwargs)
        return phase, True

    def __call__(self, obj, *args, phase="predict"):
        """What the net gives."""
        return obj(*args)


_pynative_executor = _PyNativeExecutor()
_cell_graph_executor = _CellGraphExecutor()
