"""The class Adam."""

from nucella._core import Adam

__all__ = ["Adam"]
