"""Functions made from functions."""
from nucella._core import ones_like, zeros_like
from nucella.ops.composite.base import GradOperation
from nucella.ops.composite.multitype import HyperMap, Map, MultitypeFuncGraph

__all__ = ["GradOperation", "HyperMap", "Map", "MultitypeFuncGraph", "ones_like", "zeros_like"]
