"""The class LazyAdam."""

from nucella._core import LazyAdam

__all__ = ["LazyAdam"]
