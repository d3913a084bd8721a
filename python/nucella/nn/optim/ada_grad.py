"""The class Adagrad."""

from nucella._core import Adagrad

__all__ = ["Adagrad"]
