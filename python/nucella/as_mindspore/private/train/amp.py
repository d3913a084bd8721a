"""mindspore.train.amp: that of nucella, and the cells around a net by their names there."""

from nucella.common import dtype as mstype
from nucella.train.amp import *
from nucella.train.amp import _OutputTo


class _OutputTo32(_OutputTo):
    """A cell whose floating results are float32."""

    def __init__(self, backbone):
        super().__init__(backbone, mstype.float32)
