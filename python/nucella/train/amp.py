"""Mixed precision: which cells compute in 16 bits; and the cell that makes a training step."""

import functools
import inspect

from nucella import _core, nn, ops
from nucella.common import dtype as mstype
from nucella.common.checks import check_bool, check_str, check_type
from nucella.common.tensor import Tensor
from nucella.ops import cast
from nucella.train.loss_scale_manager import DynamicLossScaleManager, LossScaleManager

__all__ = [
    "auto_mixed_precision",
    "build_train_network",
    "custom_mixed_precision",
    "get_black_list",
    "get_white_list",
]

_LEVELS = ("O0", "O1", "O2", "O3", "auto")
_SIXTEEN_BITS = (mstype.float16, mstype.bfloat16)
_WHITE = (
    *("Conv1d", "Conv2d", "Conv3d", "Conv1dTranspose", "Conv2dTranspose", "Conv3dTranspose"),
    *("Dense", "LSTMCell", "RNNCell", "GRUCell"),
)
_WHITE_PRIMITIVES = (
    *("Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose", "Conv2DBackpropInput"),
    *("MatMul", "BatchMatMul", "PReLU", "ReLU", "Ger"),
)
_BLACK = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LayerNorm")


class _OutputTo(nn.Cell):
    """A cell whose floating results are cast."""

    def __init__(self, backbone, dtype):
        super().__init__(auto_prefix=False)
        self._backbone = backbone
        self._dtype = dtype

    def construct(self, *inputs, **keywords):
        return _cast(self._backbone(*inputs, **keywords), self._dtype)


def _cast(value, dtype):
    if isinstance(value, (tuple, list)):
        return type(value)(_cast(element, dtype) for element in value)
    return cast(value, dtype) if isinstance(value, Tensor) and value.dtype.is_floating_point else value


def get_white_list():
    """The classes of cells and primitives that level O1 computes in 16 bits, as a new list.

    Examples:
        >>> nn.Dense in nucella.amp.get_white_list()
        True
    """
    return _classes(nn, _WHITE) + _classes(ops, _WHITE_PRIMITIVES)


def get_black_list():
    """The classes of cells that level O2 leaves in float32, as a new list.

    Examples:
        >>> nn.Dense in nucella.amp.get_black_list()
        False
    """
    return _classes(nn, _BLACK)


def _classes(module, names):
    return [getattr(module, name) for name in names]


def auto_mixed_precision(network, amp_level="O0", dtype=mstype.float16):
    """Lets cells compute in 16 bits; their parameters stay as they are.

    Args:
        network (Cell, function): Is changed, if it is a Cell. A function only goes with "auto".
        amp_level (str): "O0": nothing. "O1": the cells of get_white_list(), whose results are float32 again. "O2": all
            but those of get_black_list(). "O3": all. With O2 and O3 the net's result is float32 again. "auto": op by
            op, products of matrices and convolutions in `dtype`, powers, logarithms, norms and losses in float32, and
            all others in the dtype of their inputs. Default: "O0".
        dtype (dtype): float16 or bfloat16. Default: float16.

    Returns:
        The net, or a cell around it; for a function another one.

    Raises:
        TypeError: `network` is no Cell, nor a function with "auto".
        ValueError: `amp_level` or `dtype` is another.

    Examples:
        >>> net = nucella.amp.auto_mixed_precision(nn.SequentialCell(nn.Dense(2, 3), nn.ReLU()), "O3")
        >>> net(Tensor([[1.0, 2.0]])).dtype  # again, once its layers have computed in float16
        mindspore.float32
    """
    who = "auto_mixed_precision"
    if not isinstance(network, nn.Cell) and not (amp_level == "auto" and inspect.isroutine(network)):
        expected = "Cell or a function" if amp_level == "auto" else "Cell"
        raise TypeError(f"{who}: 'network' must be {expected}, got {type(network).__name__}")
    _check_dtype(who, dtype)
    if amp_level not in _LEVELS:
        raise ValueError(f"{who}: 'amp_level' must be one of {_LEVELS}, got {amp_level!r}")
    if amp_level == "O0":
        return network
    if amp_level == "auto":
        return _lower_ops(network, dtype)
    if amp_level == "O1":
        return _lower_listed(network, get_white_list(), dtype)
    return _lower_others(network, get_black_list() if amp_level == "O2" else [], dtype)


def _lower_ops(network, dtype):
    policy = _core.PrecisionPolicy(dtype)
    if isinstance(network, nn.Cell):
        _core.set_precision(network, policy)
        return network

    @functools.wraps(network)
    def lowered(*inputs, **keywords):
        with _core.PrecisionScope(policy):
            return network(*inputs, **keywords)

    return lowered


def custom_mixed_precision(network, *, white_list=None, black_list=None, dtype=mstype.float16):
    """As auto_mixed_precision() with a list of one's own.

    Args:
        network (Cell): Is changed.
        white_list (list[type]): Only these classes of cells compute in 16 bits. Default: None.
        black_list (list[type]): All but these classes do. Default: None.
        dtype (dtype): float16 or bfloat16. Default: float16.

    Raises:
        TypeError: `network` is no Cell, or an element of a list no class.
        ValueError: None or both of the lists are given, or `dtype` is another.

    Examples:
        >>> net = nn.SequentialCell(nn.Dense(2, 3), nn.ReLU())
        >>> net = nucella.amp.custom_mixed_precision(net, white_list=[nn.Dense])
        >>> net(Tensor([[1.0, 2.0]])).dtype
        mindspore.float32
    """
    who = "custom_mixed_precision"
    check_type(who, "network", network, nn.Cell)
    if (white_list is None) == (black_list is None):
        raise ValueError(f"{who}: expected either 'white_list' or 'black_list'")
    _check_dtype(who, dtype)
    for kind in white_list or black_list or []:
        check_type(who, "element of the list", kind, type)
    if white_list is not None:
        return _lower_listed(network, white_list, dtype)
    return _lower_others(network, black_list, dtype)


def _check_dtype(who, dtype):
    if dtype not in _SIXTEEN_BITS:
        raise ValueError(f"{who}: 'dtype' must be float16 or bfloat16, got {dtype}")


def _lower_listed(network, kinds, dtype):
    return _wrap(network, tuple(kinds), lambda cell: _OutputTo(cell.to_float(dtype), mstype.float32))


def _lower_others(network, kinds, dtype):
    network.to_float(dtype)
    lowered = _wrap(network, tuple(kinds), lambda cell: _OutputTo(cell.to_float(mstype.float32), dtype))
    return _OutputTo(lowered, mstype.float32)


def _wrap(network, kinds, wrapped):
    """Puts cells of these kinds, wherever they are, into what `wrapped` makes of them."""
    if isinstance(network, kinds):
        return wrapped(network)
    for name, cell in network.name_cells().items():
        if isinstance(cell, kinds):
            network._cells[name] = wrapped(cell)
        else:
            _wrap(cell, kinds, wrapped)
    return network


def check_options(who, level, boost_level, options):
    """Checks what Model and build_train_network() have in common.

    Raises:
        ValueError: A level or an option is unknown.
        TypeError: An option is of another type.
    """
    check_str(who, "amp_level", level, _LEVELS)
    check_str(who, "boost_level", boost_level, ("O0", "O1", "O2"))
    if boost_level != "O0":
        raise NotImplementedError(f"{who}: 'boost_level' other than 'O0' is not here yet")
    for name, value in options.items():
        if name == "loss_scale_manager":
            check_type(who, name, value, (LossScaleManager, type(None)))
        elif name == "keep_batchnorm_fp32":
            check_bool(who, name, value)
        elif name not in ("boost_config_dict", "acc_level", "cast_model_type"):
            raise ValueError(f"{who}: there is no option '{name}'")


def build_train_network(network, optimizer, loss_fn=None, level="O0", boost_level="O0", **kwargs):
    """The cell that makes a training step: net, loss and optimizer.

    Args:
        network (Cell): The net; is changed by other levels than "O0".
        optimizer (Optimizer): Of the net's parameters.
        loss_fn (Cell): Takes the net's result and the label; None: that result is the loss. Default: None.
        level (str): See :func:`auto_mixed_precision`. Default: "O0".
        boost_level (str): Only "O0" is here. Default: "O0".
        kwargs: `keep_batchnorm_fp32` (bool): as the level says, or not. `loss_scale_manager` (LossScaleManager): level
            "O2" has a DynamicLossScaleManager by default. With one that leaves out steps that overflow the cell returns
            the loss, whether it has overflowed, and the scale.

    Raises:
        TypeError, ValueError: An argument is of another type or value.

    Examples:
        >>> net = nn.Dense(1, 1, weight_init="ones", bias_init="zeros")
        >>> step = nucella.amp.build_train_network(net, nn.SGD(net.trainable_params(), 0.1), nn.MSELoss())
        >>> print(step(Tensor([[1.0]]), Tensor([[3.0]])))
        4.0
    """
    who = "build_train_network"
    check_type(who, "network", network, nn.Cell)
    check_type(who, "optimizer", optimizer, nn.Optimizer)
    check_type(who, "loss_fn", loss_fn, (nn.Cell, type(None)))
    check_options(who, level, boost_level, kwargs)
    manager = kwargs.get("loss_scale_manager", DynamicLossScaleManager() if level == "O2" else None)
    if level == "O2" and kwargs.get("keep_batchnorm_fp32") is False:
        level = "O3"
    network = auto_mixed_precision(network, level)
    if loss_fn is not None:
        if level == "auto":
            network = _OutputTo(network, mstype.float32)
        network = nn.WithLossCell(network, loss_fn)
    update = manager.get_update_cell() if manager is not None else None
    if update is not None:
        return nn.TrainOneStepWithLossScaleCell(network, optimizer, update)
    return nn.TrainOneStepCell(network, optimizer, float(manager.get_loss_scale()) if manager is not None else None)
