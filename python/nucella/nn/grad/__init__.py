"""Derivatives along directions, as Cells."""
from nucella.nn.grad.cell_grad import Jvp, Vjp

__all__ = ["Jvp", "Vjp"]
