"""Functions made from functions."""
from nucella.ops.composite.base import GradOperation
from nucella.ops.composite.multitype import HyperMap, Map, MultitypeFuncGraph

__all__ = ["GradOperation", "HyperMap", "Map", "MultitypeFuncGraph"]
