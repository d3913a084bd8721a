"""Who else takes part: one process so far, whose rank is 0."""

from nucella.communication import management
from nucella.communication.management import *

__all__ = management.__all__


def __getattr__(name):
    raise AttributeError(f"nucella.communication has no '{name}'")
