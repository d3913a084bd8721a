"""Tensors, parameters, dtypes, initializers and settings."""

from nucella.common import dtype
from nucella.common.api import JitConfig, jit, jit_class
from nucella.common.dtype import *  # noqa: F403
from nucella.common.initializer import Initializer, initializer
from nucella.common.lazy_inline import lazy_inline
from nucella.common.mutable import mutable
from nucella.common.parameter import Parameter, ParameterTuple
from nucella.common.recompute import recompute
from nucella.common.seed import get_seed, set_seed
from nucella.common.tensor import Tensor, from_numpy, is_tensor, tensor
