"""The class Rprop."""

from nucella._core import Rprop

__all__ = ["Rprop"]
