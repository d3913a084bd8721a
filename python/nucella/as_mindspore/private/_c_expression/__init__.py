"""Names of the compiled part of MindSpore."""

import enum
import types

import numpy

from nucella import Tensor, dtype
from nucella.common.initializer import Normal, TruncatedNormal, Uniform

TensorPy = Tensor
security = types.SimpleNamespace(enable_security=lambda: False)
typing = types.SimpleNamespace(Type=type(dtype.float32), Number=type(dtype.float32), Int=type(dtype.int32))


def get_code_extra(_code):
    """What MindSpore's bytecode compiler knows of a code object: nothing."""


class CommExecOrderChecker:
    """What notes communications between processes: NotImplementedError, as there are none."""

    @classmethod
    def get_instance(cls):
        """NotImplementedError."""
        raise NotImplementedError("CommExecOrderChecker: there is one process, which communicates with no other")


class CreationType(enum.Enum):
    """How a tensor came about."""

    DEFAULT = 0
    MULTI_OUTPUT = 1
    NO_GRAD_MODE = 2


def _fill(seed, data, initializer):
    """Fills the array in place with the numbers that belong to the seed alone."""
    state = numpy.random.get_state()
    try:
        numpy.random.seed(numpy.random.SeedSequence(int(seed)).generate_state(4))
        initializer(data)
    finally:
        numpy.random.set_state(state)


def _random_normal(seed, data, mean, sigma):
    _fill(seed, data, Normal(sigma, mean))


def _random_uniform(seed, data, low, high):
    if low != -high:
        data[...] = numpy.random.default_rng(int(seed)).uniform(low, high, data.shape)
    else:
        _fill(seed, data, Uniform(high))


def _truncated_normal(seed, data, low, high, mean, sigma):
    _fill(seed, data, TruncatedNormal(sigma, mean, low, high))
