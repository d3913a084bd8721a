"""Primitives of random numbers. Each call draws its own; the seeds of the constructors are mixed in."""

from nucella import _core
from nucella.ops._define import public_names
from nucella.ops.function import random_func
from nucella.ops.primitive import Primitive, prim_attr_register


def _mixed(seed, seed2):
    return (seed << 32) ^ seed2


class StandardNormal(Primitive):
    """Normal numbers of mean 0 and standard deviation 1 in float32.

    Examples:
        >>> ops.StandardNormal()((2, 3)).shape
        (2, 3)
    """

    @prim_attr_register
    def __init__(self, seed=0, seed2=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, shape):
        return random_func.standard_normal(shape, _mixed(self.seed, self.seed2))


class StandardLaplace(Primitive):
    """Numbers of the Laplace distribution of mean 0 and scale 1 in float32.

    Examples:
        >>> ops.StandardLaplace()((2, 3)).shape
        (2, 3)
    """

    @prim_attr_register
    def __init__(self, seed=0, seed2=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, shape):
        return random_func.standard_laplace(shape, _mixed(self.seed, self.seed2))


class UniformReal(Primitive):
    """Numbers drawn evenly from [0, 1) in float32.

    Examples:
        >>> ops.UniformReal()((2, 3)).shape
        (2, 3)
    """

    @prim_attr_register
    def __init__(self, seed=0, seed2=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, shape):
        return random_func.rand(shape, seed=_mixed(self.seed, self.seed2))


class UniformInt(Primitive):
    """Integers (int32) drawn evenly from [minval, maxval).

    Examples:
        >>> print(ops.UniformInt()((3,), Tensor(4, nucella.int32), Tensor(5, nucella.int32)))
        [4 4 4]
    """

    @prim_attr_register
    def __init__(self, seed=0, seed2=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, shape, minval, maxval):
        seed = _mixed(self.seed, self.seed2)
        return random_func.randint(int(minval), int(maxval), shape, seed, dtype=_core.int32)


class Multinomial(Primitive):
    """Positions along the last axis of `x`, drawn with replacement as often as the weights there say.

    Examples:
        >>> print(ops.Multinomial()(Tensor([0.0, 1.0]), 3))
        [1 1 1]
    """

    @prim_attr_register
    def __init__(self, seed=0, seed2=0, dtype=_core.int32):
        """`dtype` of the positions. The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, x, num_samples):
        drawn = random_func.multinomial(x, num_samples, True, _mixed(self.seed, self.seed2))
        return drawn.astype(self.dtype)


class RandomChoiceWithMask(Primitive):
    """`count` random positions of true elements, and which of them are real, as choice_with_mask().

    Examples:
        >>> places, real = ops.RandomChoiceWithMask(count=2)(Tensor([False, True]))
        >>> print(places[0], real)
        [1] [ True False]
    """

    @prim_attr_register
    def __init__(self, count=256, seed=0, seed2=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, input_x):
        return random_func.choice_with_mask(input_x, self.count, _mixed(self.seed, self.seed2))


class RandomShuffle(Primitive):
    """The slices along axis 0 in a random order.

    Examples:
        >>> print(ops.RandomShuffle()(Tensor([3, 1, 2])).sort()[0])
        [1 2 3]
    """

    @prim_attr_register
    def __init__(self, seed=0, seed2=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, x):
        return random_func.shuffle(x, _mixed(self.seed, self.seed2))


class Bernoulli(Primitive):
    """1 with probability `p`, else 0, of the shape and dtype of `x`.

    Examples:
        >>> print(ops.Bernoulli()(Tensor([7.0, 8.0]), Tensor([0.0, 1.0])))
        [0. 1.]
    """

    @prim_attr_register
    def __init__(self, seed=-1, offset=0):
        """The seeds are mixed into the one that is drawn with each call."""

    def __call__(self, x, p=0.5):
        return random_func.bernoulli(x, p, _mixed(self.seed, self.offset))


__all__ = public_names(globals())
