"""MindSpore's stack of mixed-precision strategies: each that is pushed lets ops compute as its lists say."""

import enum
from dataclasses import dataclass, field

from nucella import _core
from nucella.common import dtype as mstype

_PROMOTED = ("AddN", "Addcdiv", "Addcmul", "BiasAdd", "Concat", "Cross", "Dot")
_stack = []


class AmpLevel(enum.Enum):
    """The levels of mixed precision."""

    AmpO0 = 0
    AmpO1 = 1
    AmpO2 = 2
    AmpO3 = 3
    AmpAuto = 4


class PrimCastStrategy(enum.Enum):
    """What becomes of the inputs of an op."""

    AmpIgnore = 0
    AmpDoCast = 1
    AmpAutoPromote = 2


@dataclass
class PrimCastStrategyInfo:
    """... and to which dtype which inputs are cast; no positions: all of them."""

    strategy: PrimCastStrategy = PrimCastStrategy.AmpIgnore
    dtype: object = None
    arg_pos: list = field(default_factory=list)


class AmpStrategy:
    """A level with lists of pairs: the name of a Primitive, and which inputs are cast."""

    def __init__(self, level, dtype, white_list, black_list):
        self._level, self._dtype = level, dtype
        self._white, self._black = white_list, black_list

    def get_amp_level(self):
        """The level."""
        return self._level

    def get_amp_dtype(self):
        """The dtype of the ops in the white list."""
        return self._dtype

    def get_white_list(self):
        """Ops that compute in that dtype."""
        return self._white

    def get_black_list(self):
        """Ops that compute in float32."""
        return self._black

    def scope(self):
        """While it is open, ops follow the lists. NotImplementedError for levels that need no lists."""
        if self._level not in (AmpLevel.AmpAuto, AmpLevel.AmpO1):
            raise NotImplementedError(f"push_amp_strategy: {self._level.name} is not here")
        high = self._black if self._level == AmpLevel.AmpAuto else []
        names = [[name for name, _ in pairs] for pairs in (self._white, high)]
        return _core.PrecisionScope(_core.PrecisionPolicy(self._dtype, *names))


def create_amp_strategy(level, dtype, white_list, black_list):
    """A strategy that is on no stack."""
    return AmpStrategy(level, dtype, white_list, black_list)


def push_amp_strategy(level, dtype, white_list, black_list):
    """Lets ops follow a new strategy until it is popped."""
    strategy = create_amp_strategy(level, dtype, white_list, black_list)
    scope = strategy.scope()
    scope.__enter__()
    _stack.append((strategy, scope))


def pop_amp_strategy():
    """Takes the last strategy away, if there is one."""
    if _stack:
        _stack.pop()[1].__exit__()


def get_curr_amp_strategy():
    """The strategy pushed last, or None."""
    return _stack[-1][0] if _stack else None


def get_prim_cast_strategy_info(strategy, prim_name):
    """What a strategy does with the inputs of the Primitive of that name."""
    for pairs, dtype in (
        (strategy.get_white_list(), strategy.get_amp_dtype()),
        (strategy.get_black_list(), mstype.float32),
    ):
        for name, positions in pairs:
            if name == prim_name:
                return PrimCastStrategyInfo(PrimCastStrategy.AmpDoCast, dtype, list(positions))
    if prim_name in _PROMOTED:
        return PrimCastStrategyInfo(PrimCastStrategy.AmpAutoPromote)
    return PrimCastStrategyInfo()
