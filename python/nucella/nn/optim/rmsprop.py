"""The class RMSProp."""

from nucella._core import RMSProp

__all__ = ["RMSProp"]
