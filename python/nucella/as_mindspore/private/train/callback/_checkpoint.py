"""mindspore.train.callback._checkpoint."""

from nucella.train.callback.checkpoint import CheckpointConfig, ModelCheckpoint
from nucella.train.callback.checkpoint import unused_prefix as _unused_prefix


def _chg_ckpt_file_name_if_same_exist(directory, prefix, exception=False):
    """The prefix, with a number when earlier runs have left checkpoints of that name."""
    return _unused_prefix(directory, prefix)
