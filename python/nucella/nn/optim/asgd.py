"""The class ASGD."""

from nucella._core import ASGD

__all__ = ["ASGD"]
