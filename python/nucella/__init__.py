"""nucella: MindSpore's Cell on a C++ core.

Names are MindSpore's: ``import nucella as ms``. To run a script that imports mindspore itself, see
:mod:`nucella.as_mindspore`.
"""

import importlib

from nucella import _short_waits
from nucella.common import dtype
from nucella.common._grad_function import _Function
from nucella.common.api import JitConfig, _no_grad, jit, jit_class
from nucella.common.dtype import *  # noqa: F403
from nucella.common.generator import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from nucella.common.initializer import initializer
from nucella.common.lazy_inline import lazy_inline
from nucella.common.mutable import mutable
from nucella.common.parameter import Parameter, ParameterTuple
from nucella.common.recompute import recompute
from nucella.common.seed import get_seed, set_seed
from nucella.common.tensor import Tensor, from_numpy, is_tensor, tensor
from nucella.context import (
    COMPATIBLE,
    GRAPH_MODE,
    LAX,
    PYNATIVE_MODE,
    STRICT,
    get_context,
    set_context,
    set_recursion_limit,
)
from nucella.device_manager import set_deterministic, set_device
from nucella.ops.function.grad import get_grad, grad, jacfwd, jacrev, jvp, value_and_grad, vjp
from nucella.train.name_rules import NameRules, convert_checkpoint
from nucella.train.serialization import (
    load_checkpoint,
    load_checkpoint_async,
    load_param_into_net,
    save_checkpoint,
)

_short_waits.loaded()

_SUBMODULES = (
    *("amp", "common", "communication", "context", "dataset", "hal", "log", "mint", "nn", "numpy", "ops"),
    *("parallel", "rewrite", "runtime", "train", "utils"),
)


def __getattr__(name):
    if name in _SUBMODULES:
        return importlib.import_module(f"nucella.{name}")
    train = importlib.import_module("nucella.train")
    if name in train.__all__:
        return getattr(train, name)
    raise AttributeError(f"nucella has no '{name}'")
