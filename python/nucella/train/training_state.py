"""The state of a run besides its parameters: with it a run goes on bit for bit where another one was."""

import collections
import random

import numpy

from nucella import _core
from nucella.common.seed import get_seed
from nucella.common.tensor import Tensor
from nucella.train.serialization import load_checkpoint, load_param_into_net

__all__ = ["Position", "resume", "state_of"]

_EPOCH, _STEP, _RUN_STEP, _PASSES = "train.epoch", "train.step", "train.run_step", "train.passes"
_SEED, _OP_SEEDS = "train.seed", "train.op_seeds"
_NUMPY_WORDS, _NUMPY_REST, _PYTHON_WORDS = "train.numpy_words", "train.numpy_rest", "train.python_words"

Position = collections.namedtuple("Position", "epoch step passes")
Position.__doc__ = "Epochs made, steps made of the next one, and how often each part of the data was read before it."


def state_of(params):
    """Where a run is, as entries of a checkpoint: the position in its data, and the random state."""
    _, words, *rest = numpy.random.get_state()
    entries = {
        _EPOCH: params.cur_epoch_num - 1,
        _STEP: params.epoch_step,
        _RUN_STEP: params.cur_step_num,
        _OP_SEEDS: _integers(_core.op_seed_state()),
        _NUMPY_WORDS: Tensor(words),
        _NUMPY_REST: Tensor(numpy.array(rest, numpy.float64)),
        _PYTHON_WORDS: _integers(random.getstate()[1]),
    }
    if params.epoch_passes:
        entries[_PASSES] = _integers(params.epoch_passes)
    if get_seed() is not None:
        entries[_SEED] = get_seed()
    return entries


def resume(params, path, format="ckpt"):
    """Takes up parameters, position and random state from a checkpoint; the run then goes on from there.

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
    values = {name: entries[name].asnumpy() for name in entries if name.startswith("train.")}
    seed = int(values[_SEED]) if _SEED in values else None
    if seed != get_seed():
        raise ValueError(f"resume: the seed was {seed} when '{path}' was saved, now it is {get_seed()}")
    load_param_into_net(params.train_network, {k: v for k, v in entries.items() if k not in values})
    _restore_random(values)
    params.cur_step_num = int(values[_RUN_STEP])
    params.resumed = Position(int(values[_EPOCH]), int(values[_STEP]), [int(n) for n in values.get(_PASSES, ())])


def _restore_random(values):
    _core.set_op_seed_state(*(int(v) for v in values[_OP_SEEDS]))
    position, has_gauss, gauss = values[_NUMPY_REST]
    numpy.random.set_state(("MT19937", values[_NUMPY_WORDS], int(position), int(has_gauss), float(gauss)))
    random.setstate((3, tuple(int(word) for word in values[_PYTHON_WORDS]), None))


def _integers(values):
    return Tensor(numpy.array(values, numpy.int64))
