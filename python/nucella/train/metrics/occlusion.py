"""Which parts of a picture a net looks at."""

import numpy

from nucella.common.checks import check_int, check_type
from nucella.common.tensor import Tensor
from nucella.nn import Cell
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["OcclusionSensitivity"]


class OcclusionSensitivity(Metric):
    """How much the score of a label falls when the surroundings of a place are covered, for every place.

    Args:
        pad_val (float): What covers. Default: 0.0.
        margin (int): How far the cover reaches along every axis: `margin` before a place and `margin` - 1 behind it.
            Default: 2.
        n_batch (int): How many covered pictures go through the net at once. Default: 128.
        b_box (list): Where to look: the least and the largest index along each axis but the first, one after the other;
            below 0: the first and the last. None: everywhere. Default: None.

    Raises:
        TypeError: An argument is of another type.
        ValueError: `margin` or `n_batch` is below 1.

    Examples:
        >>> net = nn.Dense(3, 1, weight_init="ones", bias_init="zeros")
        >>> metric = nucella.train.OcclusionSensitivity(margin=1)
        >>> metric(net, [[0.0, 1.0, 2.0]], 0).tolist()
        [0.0, 1.0, 3.0]
    """

    def __init__(self, pad_val=0.0, margin=2, n_batch=128, b_box=None):
        super().__init__()
        who = "OcclusionSensitivity"
        self.pad_val = check_type(who, "pad_val", pad_val, float)
        self.margin = check_int(who, "margin", margin, 1)
        self.n_batch = check_int(who, "n_batch", n_batch, 1)
        self.b_box = check_type(who, "b_box", b_box, (list, type(None)))
        self.clear()

    def clear(self):
        """Forgets the last picture."""
        self._fall = None

    @rearrange_inputs
    def update(self, *inputs):
        """Takes a net, a batch (1, ...) of one picture, and the label whose score is looked at.

        Raises:
            ValueError: Another number of inputs, or a `b_box` that does not fit.
            TypeError: The net is no Cell.
            RuntimeError: There is another number of pictures or labels than one.
        """
        who = "OcclusionSensitivity.update"
        if len(inputs) != 3:
            raise ValueError(f"{who}: expected 3 inputs (net, picture, label), got {len(inputs)}")
        net = check_type(who, "model", inputs[0], Cell)
        image = self._convert_data(inputs[1]).astype(numpy.float32, copy=False)
        label = numpy.array(inputs[2]) if isinstance(inputs[2], int) else self._convert_data(inputs[2])
        if image.shape[0] != 1 or label.size != 1:
            raise RuntimeError(
                f"{who}: expected one picture and one label, got {image.shape[0]} pictures and {label.size} labels"
            )
        extents = image.shape[1:]
        first, last = _corners(self.b_box, extents)
        places = numpy.stack(numpy.meshgrid(*map(numpy.arange, first, last), indexing="ij"), -1)
        scores = self._scores(net, image, int(label.item()), places.reshape(-1, len(extents)))
        whole = net(Tensor(image)).asnumpy()[0, int(label.item())]
        self._fall = numpy.squeeze(whole - scores.reshape(places.shape[:-1]))

    def eval(self):
        """An array with the fall at each place. RuntimeError when update() was not called."""
        self._require(self._fall is not None)
        return self._fall

    def _scores(self, net, image, label, places):
        """The label's score when the surroundings of each of `places` (count, axes) are covered."""
        scores = []
        for start in range(0, len(places), self.n_batch):
            part = places[start : start + self.n_batch]
            covered = numpy.repeat(image, len(part), axis=0)
            for picture, place in zip(covered, part):
                cover = (slice(max(0, i - self.margin), i + self.margin) for i in place)
                picture[tuple(cover)] = self.pad_val
            scores.append(net(Tensor(covered)).asnumpy()[:, label])
        return numpy.concatenate(scores)


def _corners(box, extents):
    """The first index of each axis, and the one behind the last."""
    if box is None:
        return [0] * len(extents), list(extents)
    if len(box) != 2 * len(extents):
        raise ValueError(
            f"OcclusionSensitivity: 'b_box' must hold two numbers for each of {len(extents)} axes, got {len(box)}"
        )
    first = [max(0, i) for i in box[::2]]
    last = [i + 1 if i >= 0 else extent for i, extent in zip(box[1::2], extents)]
    if any(a >= b or b > extent for a, b, extent in zip(first, last, extents)):
        raise ValueError(f"OcclusionSensitivity: 'b_box' must lie within a picture of the shape {extents}, got {box}")
    return first, last
