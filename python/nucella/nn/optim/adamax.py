"""The class AdaMax."""

from nucella._core import AdaMax

__all__ = ["AdaMax"]
