"""Random numbers. Each call draws its own, and set_seed() makes the sequence of calls repeat; `seed` is mixed in."""

from nucella import _core
from nucella._core import Tensor
from nucella.ops._define import function, public_names
from nucella.ops.function.array_func import broadcast_to, cast, concat
from nucella.ops.function.math_func import abs, log1p, sign

_uniform = function("uniform(shape, low, high, seed, dtype)", "random_uniform")
_normal = function("normal(shape, mean, stddev, seed, dtype)", "random_normal")
_integers = function("randint(shape, low, high, seed, dtype)", "random_int")
_permutation = function("randperm(n, seed, dtype)", "random_permutation")
_multinomial = function("multinomial(input, num_samples, replacement, seed, dtype)")


def _size(size):
    return tuple(size[0]) if len(size) == 1 and isinstance(size[0], tuple | list) else size


def uniform(shape, minval, maxval, seed=None, dtype=_core.float32):
    """Numbers drawn evenly from [minval, maxval), or, for int32 and int64, integers from it.

    `minval` and `maxval` are Tensors or numbers, which broadcast with `shape` for floats. TypeError when they are
    not of `dtype`.

    Examples:
        >>> ops.uniform((2, 3), Tensor(0.0), Tensor(1.0)).shape
        (2, 3)
    """
    for value in (minval, maxval):
        if isinstance(value, Tensor) and value.dtype != dtype:
            raise TypeError(f"uniform: 'minval' and 'maxval' must be of the dtype {dtype}, got {value.dtype}")
    own = _core._op_seed(seed, "uniform")
    if dtype in (_core.int32, _core.int64):
        return _integers(shape, int(minval), int(maxval), own, dtype)
    return _uniform(shape, 0.0, 1.0, own, dtype) * (maxval - minval) + minval


def normal(shape, mean, stddev, seed=None):
    """Normal numbers in float32; `mean` and `stddev` are Tensors or numbers, which broadcast with `shape`.

    Examples:
        >>> ops.normal((2, 3), 0.0, 1.0).shape
        (2, 3)
    """
    return standard_normal(shape, seed) * stddev + mean


def standard_normal(shape, seed=None):
    """Normal numbers of mean 0 and standard deviation 1 in float32.

    Examples:
        >>> ops.standard_normal((2, 3)).shape
        (2, 3)
    """
    return _normal(shape, 0.0, 1.0, _core._op_seed(seed, "standard_normal"), _core.float32)


def standard_laplace(shape, seed=None):
    """Numbers of the Laplace distribution of mean 0 and scale 1 in float32.

    Examples:
        >>> ops.standard_laplace((2, 3)).shape
        (2, 3)
    """
    u = _uniform(shape, -0.5, 0.5, _core._op_seed(seed, "standard_laplace"), _core.float32)
    # The lower end -0.5 itself would give an infinity.
    return -sign(u) * log1p(-2 * abs(u).clamp(max=0.49999997))


def laplace(shape, mean, lambda_param, seed=None):
    """Numbers of the Laplace distribution of this mean and scale in float32.

    Examples:
        >>> ops.laplace((2, 3), Tensor(1.0), Tensor(2.0)).shape
        (2, 3)
    """
    return standard_laplace(shape, seed) * lambda_param + mean


def rand(*size, dtype=None, seed=None):
    """Numbers drawn evenly from [0, 1), in float32 or another floating dtype.

    Examples:
        >>> ops.rand(2, 3).shape
        (2, 3)
    """
    return _uniform(_size(size), 0.0, 1.0, _core._op_seed(seed, "rand"), dtype or _core.float32)


def randn(*size, dtype=None, seed=None):
    """Normal numbers of mean 0 and standard deviation 1, in float32 or another floating dtype.

    Examples:
        >>> ops.randn(2, 3).shape
        (2, 3)
    """
    return _normal(_size(size), 0.0, 1.0, _core._op_seed(seed, "randn"), dtype or _core.float32)


def randint(low, high, size, seed=None, *, dtype=None):
    """Integers drawn evenly from [low, high), in int64 or another dtype.

    Examples:
        >>> print(ops.randint(4, 5, (3,)))
        [4 4 4]
    """
    return _integers(size, low, high, _core._op_seed(seed, "randint"), dtype or _core.int64)


def rand_like(input, seed=None, *, dtype=None):
    """As rand(), of the shape and, by default, the dtype of `input`.

    Examples:
        >>> ops.rand_like(Tensor([1.0, 2.0])).shape
        (2,)
    """
    return rand(*input.shape, dtype=dtype or input.dtype, seed=seed)


def randn_like(input, seed=None, *, dtype=None):
    """As randn(), of the shape and, by default, the dtype of `input`.

    Examples:
        >>> ops.randn_like(Tensor([1.0, 2.0])).shape
        (2,)
    """
    return randn(*input.shape, dtype=dtype or input.dtype, seed=seed)


def randint_like(input, low, high, seed=None, *, dtype=None):
    """As randint(), of the shape and, by default, the dtype of `input`.

    Examples:
        >>> print(ops.randint_like(Tensor([1, 2]), 4, 5))
        [4 4]
    """
    return randint(low, high, input.shape, seed, dtype=dtype or input.dtype)


def randperm(n, seed=0, offset=0, dtype=_core.int64):
    """The numbers 0, 1, ..., n - 1 in a random order. `offset` counts for nothing: each call draws its own order.

    Examples:
        >>> print(ops.randperm(5).sort()[0])
        [0 1 2 3 4]
    """
    return _permutation(int(n), _core._op_seed(seed, "randperm"), dtype)


def bernoulli(input, p=0.5, seed=None):
    """1 with probability `p`, else 0, of the shape and dtype of `input`.

    `p` is a number or a Tensor that broadcasts to `input`. ValueError unless it lies in [0, 1].

    Examples:
        >>> print(ops.bernoulli(Tensor([7.0, 8.0]), Tensor([0.0, 1.0])))
        [0. 1.]
    """
    chance = p if isinstance(p, Tensor) else Tensor(float(p), _core.float32)
    if not bool(((chance >= 0) & (chance <= 1)).all()):
        raise ValueError(f"bernoulli: 'p' must lie in [0, 1], got {p}")
    drawn = _uniform(input.shape, 0.0, 1.0, _core._op_seed(seed, "bernoulli"), _core.float64)
    return cast(drawn < broadcast_to(cast(chance, _core.float64), input.shape), input.dtype)


def multinomial(input, num_samples, replacement=True, seed=None):
    """Positions (int32) along the last axis of `input`, drawn as often as the weights there say.

    Args:
        input (Tensor): Weights >= 0, a vector or one row for each draw.
        num_samples (int): How many positions for each row.
        replacement (bool): False: no position twice. Default: True.
        seed (int): Mixed into the seed that is drawn with each call. Default: None.

    Raises:
        ValueError: weights that are negative, not finite, or too few above 0.

    Examples:
        >>> print(ops.multinomial(Tensor([0.0, 1.0]), 3))
        [1 1 1]
    """
    return _multinomial(input, num_samples, replacement, _core._op_seed(seed, "multinomial"), _core.int32)


def shuffle(x, seed=None):
    """The slices of `x` along axis 0 in a random order.

    Examples:
        >>> print(ops.shuffle(Tensor([3, 1, 2])).sort()[0])
        [1 2 3]
    """
    return x if x.ndim == 0 else x.gather(randperm(x.shape[0], 0 if seed is None else seed), 0)


def choice_with_mask(input_x, count=256, seed=None):
    """`count` random positions of true elements, all different, and which of them are real.

    When there are fewer, the rest are zeros that are marked False.

    Returns:
        Positions (int32 of shape (count, input_x.ndim)), and marks (bool of shape (count,)).

    Examples:
        >>> places, real = ops.choice_with_mask(Tensor([False, True]), 2)
        >>> print(places[0], real)
        [1] [ True False]
    """
    places = shuffle(input_x.nonzero(), seed)[:count].astype(_core.int32)
    marks = _core.arange(count) < places.shape[0]
    missing = _core.zeros((count - places.shape[0], places.shape[1]), _core.int32)
    return concat([places, missing]), marks


__all__ = public_names(globals())
