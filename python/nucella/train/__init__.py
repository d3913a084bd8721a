"""Training: Model, callbacks, metrics, mixed precision and checkpoints.

What is named here is imported when it is asked for: loading a checkpoint needs no callbacks.
"""

import importlib

from nucella.train.name_rules import NameRules, convert_checkpoint
from nucella.train.serialization import (
    ckpt_to_safetensors,
    export,
    load,
    load_checkpoint,
    load_checkpoint_async,
    load_param_into_net,
    safetensors_to_ckpt,
    save_checkpoint,
)

_CALLBACKS = (
    *("BackupAndRestore", "Callback", "CheckpointConfig", "EarlyStopping", "History", "LambdaCallback"),
    *("LearningRateScheduler", "LossMonitor", "ModelCheckpoint", "OnRequestExit", "ProgressBar"),
    *("ReduceLROnPlateau", "RunContext", "TensorBoardCallback", "TimeMonitor"),
)
_METRICS = (
    *("Accuracy", "BleuScore", "ConfusionMatrix", "ConfusionMatrixMetric", "CosineSimilarity", "Dice", "F1", "Fbeta"),
    *("HausdorffDistance", "Loss", "MAE", "MSE", "MeanSurfaceDistance", "Metric", "OcclusionSensitivity"),
    *("Perplexity", "Precision", "ROC", "Recall", "RootMeanSquareDistance", "Top1CategoricalAccuracy"),
    *("Top5CategoricalAccuracy", "TopKCategoricalAccuracy"),
    *("auc", "get_metric_fn", "get_metrics", "names", "rearrange_inputs"),
)
_HOMES = {
    "DatasetHelper": "dataset_helper",
    "DynamicLossScaleManager": "loss_scale_manager",
    "FixedLossScaleManager": "loss_scale_manager",
    "LossScaleManager": "loss_scale_manager",
    "Model": "model",
    "SummaryLandscape": "summary",
    "build_train_network": "amp",
    **dict.fromkeys(_CALLBACKS, "callback"),
    **dict.fromkeys(_METRICS, "metrics"),
}
_SUBMODULES = ("amp", "callback", "dataset_helper", "loss_scale_manager", "metrics", "model", "summary")

_CHECKPOINTS = (
    *("NameRules", "convert_checkpoint"),
    *("ckpt_to_safetensors", "export", "load", "load_checkpoint", "load_checkpoint_async", "load_param_into_net"),
    *("safetensors_to_ckpt", "save_checkpoint"),
)
__all__ = [*_CHECKPOINTS, *_HOMES]


def __getattr__(name):
    if name in _HOMES:
        value = getattr(importlib.import_module(f"nucella.train.{_HOMES[name]}"), name)
    elif name in _SUBMODULES:
        value = importlib.import_module(f"nucella.train.{name}")
    else:
        raise AttributeError(f"nucella.train has no '{name}'")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__, *_SUBMODULES})
