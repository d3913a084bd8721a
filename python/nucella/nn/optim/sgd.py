"""The class SGD."""

from nucella._core import SGD

__all__ = ["SGD"]
