"""mindspore.train.callback: that of nucella, and names with an underscore."""

from nucella.as_mindspore.private.train.callback._checkpoint import _CheckpointManager
from nucella.common.parameter import Parameter
from nucella.train.callback import *
from nucella.train.callback.base import CallbackManager as _CallbackManager
from nucella.train.callback.base import CallbackParams as _InternalCallbackParam
from nucella.train.serialization import load_param_into_net

_current = {"network": None}


def _set_cur_net(net):
    """Says which net _checkpoint_cb_for_save_op() fills."""
    _current["network"] = net


def _checkpoint_cb_for_save_op(parameter_list):
    """Puts a list of dicts of "name" and "data" into the current net, if there is one. True."""
    if _current["network"] is not None:
        entries = {entry["name"]: Parameter(entry["data"], entry["name"]) for entry in parameter_list}
        load_param_into_net(_current["network"], entries)
    return True


def __getattr__(name):
    raise AttributeError(f"nucella.train.callback has no '{name}'")
