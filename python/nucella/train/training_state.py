"""The state of a run besides its parameters: with it a run goes on bit for bit where another one was."""

import collections
import random

import numpy

from nucella import _core
from nucella.common.seed import get_seed
from nucella.common.tensor import Tensor
from nucella.train.serialization import load_checkpoint, load_param_into_net

__all__ = ["Position", "random_state", "resume", "set_random_state", "state_of"]

_EPOCH, _STEP, _RUN_STEP, _PASSES = "train.epoch", "train.step", "train.run_step", "train.passes"
_SEED = "train.seed"
_NOW, _EPOCH_BEGIN = "train.random.", "train.epoch_random."
_GENERATORS = ("ops", "numpy_words", "numpy_rest", "python_words")
# By whole names: a net may have a child named `train`.
_OWN = {_EPOCH, _STEP, _RUN_STEP, _PASSES, _SEED, *(p + g for p in (_NOW, _EPOCH_BEGIN) for g in _GENERATORS)}

Position = collections.namedtuple("Position", "epoch step passes epoch_random random")
Position.__doc__ = """Epochs made, steps made of the next one, how often each part of the data was read before it,
and the random states at its begin and now: its data are drawn again up to the step, as they were drawn then."""


def random_state():
    """The states of the generators that a run draws from, as entries: of ops, of NumPy and of Python."""
    _, words, *rest = numpy.random.get_state()
    return {
        "ops": _integers(_core.op_seed_state()),
        "numpy_words": Tensor(words),
        "numpy_rest": Tensor(numpy.array(rest, numpy.float64)),
        "python_words": _integers(random.getstate()[1]),
    }


def set_random_state(state):
    """Sets the generators to what random_state() gave."""
    values = {name: value.asnumpy() for name, value in state.items()}
    _core.set_op_seed_state(*(int(v) for v in values["ops"]))
    position, has_gauss, gauss = values["numpy_rest"]
    numpy.random.set_state(("MT19937", values["numpy_words"], int(position), int(has_gauss), float(gauss)))
    random.setstate((3, tuple(int(word) for word in values["python_words"]), None))


def state_of(params):
    """Where a run is, as entries of a checkpoint: the position in its data, and the random state."""
    entries = {_EPOCH: params.cur_epoch_num - 1, _STEP: params.epoch_step, _RUN_STEP: params.cur_step_num}
    entries.update({_NOW + name: value for name, value in random_state().items()})
    entries.update({_EPOCH_BEGIN + name: value for name, value in params.epoch_random.items()})
    if params.epoch_passes:
        entries[_PASSES] = _integers(params.epoch_passes)
    if get_seed() is not None:
        entries[_SEED] = get_seed()
    return entries


def resume(params, path, format="ckpt"):
    """Takes up the parameters from a checkpoint, and leaves position and random states in `params.resumed`.

    Args:
        params (CallbackParams): Of the run that begins.
        path (str): A checkpoint that ModelCheckpoint has written with `append_info=["training_state"]`.
        format (str): See :func:`nucella.load_checkpoint`. Default: "ckpt".

    Raises:
        ValueError: The file lacks a parameter or the state of a run, or the seed was another one; nothing is changed.
        RuntimeError: A parameter has another shape or dtype.
    """
    entries = load_checkpoint(path, format=format)
    missing = [p.name for p in params.train_network.get_parameters() if p.name not in entries]
    if missing or _EPOCH not in entries:
        raise ValueError(f"resume: '{path}' lacks {', '.join(missing) or 'the state of a run'}")
    state = {name: value for name, value in entries.items() if name in _OWN}
    seed = int(state[_SEED].asnumpy()) if _SEED in state else None
    if seed != get_seed():
        raise ValueError(f"resume: the seed was {seed} when '{path}' was saved, now it is {get_seed()}")
    load_param_into_net(params.train_network, {k: v for k, v in entries.items() if k not in state})
    params.cur_step_num = int(state[_RUN_STEP].asnumpy())
    params.resumed = Position(
        int(state[_EPOCH].asnumpy()),
        int(state[_STEP].asnumpy()),
        [int(n) for n in state[_PASSES].asnumpy()] if _PASSES in state else [],
        _part(state, _EPOCH_BEGIN),
        _part(state, _NOW),
    )


def _part(state, prefix):
    return {name: state[prefix + name] for name in _GENERATORS}


def _integers(values):
    return Tensor(numpy.array(values, numpy.int64))
