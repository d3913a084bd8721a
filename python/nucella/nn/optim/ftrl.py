"""The class FTRL."""

from nucella._core import FTRL

__all__ = ["FTRL"]
