"""Cells around networks."""
from nucella.nn.wrap.grad_cells import ForwardValueAndGrad, WithGradCell

__all__ = ["ForwardValueAndGrad", "WithGradCell"]
