"""The class ProximalAdagrad."""

from nucella._core import ProximalAdagrad

__all__ = ["ProximalAdagrad"]
