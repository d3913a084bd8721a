"""Cells around a network: loss, evaluation, one training step."""

from nucella._core import TrainOneStepCell, WithEvalCell, WithLossCell
from nucella.nn.wrap.grad_cells import ForwardValueAndGrad, WithGradCell

__all__ = ["ForwardValueAndGrad", "TrainOneStepCell", "WithEvalCell", "WithGradCell", "WithLossCell"]
