"""Accuracy."""

from nucella.train.metrics.metric import EvaluationBase, rearrange_inputs

__all__ = ["Accuracy"]


class Accuracy(EvaluationBase):
    """The share of samples that are predicted right.

    Args:
        eval_type (str): "classification" (the largest score counts) or "multilabel" (all classes of a sample must be
            right). Default: "classification".

    Raises:
        TypeError: `eval_type` is another.

    Examples:
        >>> Accuracy()([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]], [1, 0, 1])
        0.6666666666666666
    """

    def __init__(self, eval_type="classification"):
        super().__init__(eval_type)
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._correct = 0
        self._total = 0
        self._classes = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes scores (N, C, ...) and labels: class numbers (N, ...), or (N, C, ...) one-hot or multilabel.

        Raises:
            ValueError: Another number of inputs, shapes that do not fit, or another number of classes than before.
        """
        scores, labels = self._predictions(inputs)
        if self._type == "multilabel":
            right = (scores == labels).all(axis=1)
        else:
            right = scores.argmax(axis=1) == labels
        self._classes = self._same_classes(self._classes, scores)
        self._correct += int(right.sum())
        self._total += right.size

    def eval(self):
        """A float in [0, 1]. RuntimeError when there were no samples."""
        self._require(self._total)
        return self._correct / self._total
