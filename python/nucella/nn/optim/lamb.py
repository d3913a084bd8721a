"""The class Lamb."""

from nucella._core import Lamb

__all__ = ["Lamb"]
