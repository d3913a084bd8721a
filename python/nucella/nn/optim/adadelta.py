"""The class Adadelta."""

from nucella._core import Adadelta

__all__ = ["Adadelta"]
