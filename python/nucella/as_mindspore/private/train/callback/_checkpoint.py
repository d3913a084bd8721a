"""mindspore.train.callback._checkpoint."""

import os
import re

from nucella.train.callback.checkpoint import CheckpointConfig, CheckpointManager, ModelCheckpoint
from nucella.train.callback.checkpoint import unused_prefix as _unused_prefix


def _chg_ckpt_file_name_if_same_exist(directory, prefix, exception=False):
    """The prefix, with a number when earlier runs have left checkpoints of that name."""
    return _unused_prefix(directory, prefix)


class _CheckpointManager(CheckpointManager):
    """A CheckpointManager that looks for the files of a folder itself."""

    ckpoint_filelist = property(lambda self: self.ckpt_filelist, doc="Their paths.")
    ckpoint_num = property(lambda self: self.ckpt_num, doc="How many there are.")

    def update_ckpoint_filelist(self, directory, ckpt_prefix):
        """Takes the files `prefix-epoch_step` of the folder, the oldest first."""
        own = re.compile(re.escape(ckpt_prefix) + r"-\d+_\d+\.(ckpt|safetensors)")
        paths = [os.path.realpath(os.path.join(directory, name)) for name in os.listdir(directory)
                 if own.fullmatch(name)]
        self._files = sorted(paths, key=os.path.getmtime)

    def remove_ckpoint_file(self, file_name):
        """Removes one file."""
        os.remove(file_name)

    def remove_oldest_ckpoint_file(self):
        """Removes the oldest file."""
        os.remove(self._files.pop(0))

    def keep_one_ckpoint_per_minutes(self, minutes, cur_time):
        """Of the files of the last `minutes` keeps the newest."""
        recent = [path for path in self._files if cur_time - os.path.getmtime(path) <= minutes * 60]
        for path in recent[:-1]:
            os.remove(path)
