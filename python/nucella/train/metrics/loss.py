"""The mean of the losses of all batches."""

from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["Loss"]


class Loss(Metric):
    """The mean over the batches of the loss, which itself is a number per batch.

    Examples:
        >>> loss = Loss()
        >>> loss.update([1.0]); loss.update([2.0])
        >>> loss.eval()
        1.5
    """

    def __init__(self):
        super().__init__()
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._sum = 0.0
        self._batches = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes the loss of a batch: a number, or numbers (N,), whose mean counts.

        Raises:
            ValueError: Another number of inputs, or a loss of more dimensions.
        """
        (loss,) = self._arrays(inputs, 1, "loss")
        if loss.ndim > 1:
            raise ValueError(f"Loss.update: the loss must have at most one dimension, got shape {loss.shape}")
        self._sum += float(loss.mean())
        self._batches += 1

    def eval(self):
        """A float. RuntimeError when there were no batches."""
        self._require(self._batches)
        return self._sum / self._batches
