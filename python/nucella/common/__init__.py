"""Tensors, parameters, dtypes, initializers and settings."""

from nucella.common import dtype
from nucella.common.dtype import *  # noqa: F403
from nucella.common.initializer import Initializer, initializer
from nucella.common.parameter import Parameter, ParameterTuple
from nucella.common.seed import get_seed, set_seed
from nucella.common.tensor import Tensor, tensor
