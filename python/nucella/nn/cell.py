"""The class Cell."""

from nucella._core import Cell

__all__ = ["Cell"]
