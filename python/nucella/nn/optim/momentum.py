"""The class Momentum."""

from nucella._core import Momentum

__all__ = ["Momentum"]
