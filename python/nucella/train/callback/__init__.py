"""Callbacks: what is called as training goes on."""

from nucella.train.callback.base import Callback, RunContext
from nucella.train.callback.checkpoint import CheckpointConfig, ModelCheckpoint
from nucella.train.callback.history import History, LambdaCallback
from nucella.train.callback.interrupt import BackupAndRestore, OnRequestExit
from nucella.train.callback.monitors import LossMonitor, TimeMonitor
from nucella.train.callback.plateau import EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from nucella.train.callback.progress import ProgressBar
from nucella.train.callback.tensorboard import TensorBoardCallback

__all__ = [
    "BackupAndRestore",
    "Callback",
    "CheckpointConfig",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "LossMonitor",
    "ModelCheckpoint",
    "OnRequestExit",
    "ProgressBar",
    "ReduceLROnPlateau",
    "RunContext",
    "TensorBoardCallback",
    "TimeMonitor",
]


def __getattr__(name):
    raise AttributeError(f"nucella.train.callback has no '{name}'")
