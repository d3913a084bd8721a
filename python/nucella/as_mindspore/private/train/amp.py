"""mindspore.train.amp: that of nucella, and the names that MindSpore's own tests ask for."""

from nucella.common import dtype as mstype
from nucella.rewrite.casts import amp_cast
from nucella.rewrite.casts import insert_casts as _insert_cast_for_operators
from nucella.rewrite.casts import remove_cast_pairs as _remove_duplicated_cast
from nucella.train.amp import *
from nucella.train.amp import _OutputTo, get_black_list, get_white_list

AMP_WHITE_LIST = get_white_list()
AMP_BLACK_LIST = get_black_list()


class _OutputTo32(_OutputTo):
    """A cell whose floating results are cast to float32."""

    def __init__(self, backbone):
        super().__init__(backbone, mstype.float32)


class _OutputTo16(_OutputTo):
    """A cell whose floating results are cast to float16, or another dtype."""

    def __init__(self, backbone, dtype=mstype.float16):
        super().__init__(backbone, dtype)


def __getattr__(name):
    raise AttributeError(f"nucella.train.amp has no '{name}'")
