"""Generators: the seed and offset from which random functions take their numbers."""

import os
import struct

from nucella.common.dtype import int64, uint8
from nucella.common.tensor import Tensor

__all__ = ["Generator", "default_generator", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state"]

_STATE = struct.Struct("<qq")


class Generator:
    """A seed, and an offset that every use moves on; both together are the state.

    Examples:
        >>> generator = nucella.Generator().manual_seed(5)
        >>> state = generator.get_state()
        >>> _ = generator.seed()
        >>> generator.set_state(state)
        >>> generator.initial_seed()
        5
    """

    def __init__(self):
        self._seed = self._offset = 0

    def get_state(self):
        """The state, a Tensor of 16 uint8: seed and offset as little-endian int64.

        Examples:
            >>> nucella.Generator().manual_seed(258).get_state()[:3].asnumpy().tolist()
            [2, 1, 0]
        """
        return Tensor(list(_STATE.pack(self._seed, self._offset)), uint8)

    def set_state(self, state):
        """Takes over a state that get_state() has given.

        Raises:
            RuntimeError: `state` is no Tensor of 16 uint8.

        Examples:
            >>> generator = nucella.Generator()
            >>> generator.set_state(nucella.Generator().manual_seed(3).get_state())
            >>> generator.initial_seed()
            3
        """
        if not isinstance(state, Tensor):
            raise RuntimeError(f"Generator.set_state: 'state' must be a Tensor, got {type(state).__name__}")
        if state.dtype != uint8 or state.shape != (_STATE.size,):
            raise RuntimeError(
                f"Generator.set_state: 'state' must be {_STATE.size} elements of UInt8, got the shape {state.shape} "
                f"and {state.dtype}"
            )
        self._seed, self._offset = _STATE.unpack(bytes(state.asnumpy().tolist()))

    def seed(self):
        """Takes a seed from the system and returns it.

        Examples:
            >>> generator = nucella.Generator()
            >>> generator.seed() == generator.initial_seed()
            True
        """
        self._seed, self._offset = int.from_bytes(os.urandom(4), "little"), 0
        return self._seed

    def manual_seed(self, seed):
        """Sets the seed and goes back to its start. Returns the generator.

        Raises:
            TypeError: `seed` is no int.

        Examples:
            >>> nucella.Generator().manual_seed(7).initial_seed()
            7
        """
        if not isinstance(seed, int):
            raise TypeError(f"Generator.manual_seed: 'seed' must be an int, got {type(seed).__name__}")
        self._seed, self._offset = seed, 0
        return self

    def initial_seed(self):
        """The seed.

        Examples:
            >>> nucella.Generator().initial_seed()
            0
        """
        return self._seed

    def _step(self, step):
        """Seed and offset as int64 Tensors; the offset then moves on by `step`."""
        now = Tensor(self._seed, int64), Tensor(self._offset, int64)
        self._offset += int(step)
        return now


default_generator = Generator()
default_generator.seed()


def seed():
    """Gives the default generator a seed from the system and returns it.

    Examples:
        >>> nucella.seed() == nucella.initial_seed()
        True
    """
    return default_generator.seed()


def manual_seed(seed):
    """Sets the seed of the default generator, which it returns.

    Args:
        seed (int): Any int of 64 bits.

    Raises:
        TypeError: `seed` is no int.

    Examples:
        >>> nucella.manual_seed(13).initial_seed()
        13
    """
    return default_generator.manual_seed(seed)


def initial_seed():
    """The seed of the default generator.

    Examples:
        >>> _ = nucella.manual_seed(14)
        >>> nucella.initial_seed()
        14
    """
    return default_generator.initial_seed()


def get_rng_state():
    """The state of the default generator.

    Examples:
        >>> nucella.get_rng_state().shape
        (16,)
    """
    return default_generator.get_state()


def set_rng_state(state):
    """Gives the default generator a state.

    Args:
        state (Tensor): What get_rng_state() has given.

    Raises:
        RuntimeError: `state` is none.

    Examples:
        >>> nucella.set_rng_state(nucella.get_rng_state())
    """
    default_generator.set_state(state)
