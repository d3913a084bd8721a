"""Cosine similarity and Dice coefficient."""

import numpy

from nucella.common.checks import check_bool, check_type
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["CosineSimilarity", "Dice"]


class CosineSimilarity(Metric):
    """How much the rows of a matrix point into one direction.

    Args:
        similarity (str): "cosine", or "dot" for products of rows as they are. Default: "cosine".
        reduction (str): "none", "sum" or "mean" over the last axis. Default: "none".
        zero_diagonal (bool): Puts 0 on the diagonal. Default: True.

    Raises:
        ValueError: `similarity` or `reduction` is another.
        TypeError: `zero_diagonal` is no bool.

    Examples:
        >>> CosineSimilarity()(numpy.array([[1.0, 0.0], [1.0, 1.0]])).round(3).tolist()
        [[0.0, 0.707], [0.707, 0.0]]
    """

    def __init__(self, similarity="cosine", reduction="none", zero_diagonal=True):
        super().__init__()
        for argument, value, allowed in (
            ("similarity", similarity, ("dot", "cosine")),
            ("reduction", reduction, ("none", "sum", "mean")),
        ):
            if value not in allowed:
                raise ValueError(f"CosineSimilarity: '{argument}' must be one of {allowed}, got {value!r}")
        self.similarity = similarity
        self.reduction = reduction
        self.zero_diagonal = check_bool("CosineSimilarity", "zero_diagonal", zero_diagonal)
        self.clear()

    def clear(self):
        """Forgets the matrix."""
        self._matrix = None

    @rearrange_inputs
    def update(self, inputs):
        """Takes a matrix (N, M) in place of the one before."""
        (rows,) = self._arrays((inputs,), 1, "matrix")
        if self.similarity == "cosine":
            rows = rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
        self._matrix = rows @ rows.T

    def eval(self):
        """An array (N, N), or (N,) with a reduction. RuntimeError before update()."""
        self._require(self._matrix is not None)
        matrix = self._matrix.copy()
        if self.zero_diagonal:
            numpy.fill_diagonal(matrix, 0)
        if self.reduction == "none":
            return matrix
        return matrix.sum(axis=-1) if self.reduction == "sum" else matrix.mean(axis=-1)


class Dice(Metric):
    """2 * sum(predicted * true) / (sum(predicted^2) + sum(true^2)) of each batch; their sum divided by all samples.

    It is 1 at most for batches of one sample. The number of samples of a batch is the length of axis 0.

    Args:
        smooth (float): Is added to numerator and denominator, greater than 0. Default: 1e-5.

    Raises:
        TypeError: `smooth` is no float.
        ValueError: `smooth` is not greater than 0.

    Examples:
        >>> Dice()([[0.0, 1.0]], [[0, 1]])
        1.0
    """

    def __init__(self, smooth=1e-5):
        super().__init__()
        self.smooth = check_type("Dice", "smooth", smooth, float)
        if smooth <= 0:
            raise ValueError(f"Dice: 'smooth' must be greater than 0, got {smooth}")
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._sum = 0.0
        self._samples = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes the predicted and the true value, of one shape.

        Raises:
            ValueError: Another number of inputs, or shapes that differ.
        """
        predicted, true = self._arrays(inputs, 2, "predicted value, true value")
        if predicted.shape != true.shape:
            raise ValueError(
                f"Dice.update: predicted and true value must have one shape, got {predicted.shape} and {true.shape}"
            )
        overlap = 2 * (predicted * true).sum() + self.smooth
        self._sum += float(overlap / (numpy.square(predicted).sum() + numpy.square(true).sum() + self.smooth))
        self._samples += len(predicted)

    def eval(self):
        """A float in (0, 1]. RuntimeError when there were no samples."""
        self._require(self._samples)
        return self._sum / self._samples
