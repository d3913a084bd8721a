"""Derivatives of functions and Cells: grad, value_and_grad, vjp, jvp, linearize, jacfwd, jacrev."""
from nucella import _core

__all__ = ["get_grad", "grad", "jacfwd", "jacrev", "jvp", "linearize", "value_and_grad", "vjp"]


def _checked_positions(grad_position):
    if isinstance(grad_position, int):
        grad_position = (int(grad_position),)
    elif not isinstance(grad_position, tuple):
        raise TypeError("For 'F.grad', the 'grad_position' must be int or tuple, but got "
                        f"{type(grad_position).__name__}.")
    if len(set(grad_position)) != len(grad_position):
        raise ValueError(f"There are duplicate positions in `grad_position`: {grad_position}.")
    for position in grad_position:
        if not isinstance(position, int):
            raise TypeError("For 'F.grad', the element in 'grad_position' must be int, but got "
                            f"{type(position).__name__}.")
        if position < 0:
            raise ValueError(f"The element in grad_position must be >= 0, but got {position}.")
    return grad_position


def _check_flag(name, flag):
    if not isinstance(flag, bool):
        raise TypeError(f"The '{name}' must be bool type, but got {type(flag).__name__}.")


def _differentiated(fn, grad_position, weights, **options):
    for name, flag in options.items():
        _check_flag(name, flag)
    if grad_position is None and weights is None:
        raise ValueError("`grad_position` and `weight` can not be None at the same time.")
    inputs = None if grad_position is None else _checked_positions(grad_position)
    run = _core.Differentiation(inputs, weights, weights is not None, **options).run

    def after_grad(*args, **kwargs):
        return run(fn, args, kwargs)

    return after_grad


def grad(fn, grad_position=0, weights=None, has_aux=False, return_ids=False, sens_param=False):
    """A function of the arguments of `fn` that returns its gradients.

    Args:
        fn: a function or Cell.
        grad_position: an int or a tuple of ints: the arguments to differentiate by; keyword arguments follow the
            positional ones. Those that are no Tensors are left out. None: only by `weights`.
        weights: a Parameter, or a list, tuple or ParameterTuple of them.
        has_aux: `fn` returns a tuple of which only the first element is differentiated; the others are returned
            with the gradients.
        return_ids: each gradient comes as (id, gradient), the id being the position or the Parameter's name.
        sens_param: the last argument of the call, or its keyword argument `sens`, is the gradient of the output.

    Returns:
        A function. With one position it returns a Tensor, with several a tuple, with `weights` a pair of the
        gradients of the inputs and of the weights.

    Raises:
        ValueError: both None, or a position that is negative or given twice.
        TypeError: another type of `grad_position`, or a flag that is no bool.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor
        >>> nucella.grad(lambda x, y: x * y, (0, 1))(Tensor([2.0]), Tensor([3.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 3.00000000e+00]), \
Tensor(shape=[1], dtype=Float32, value= [ 2.00000000e+00]))
    """
    return _differentiated(fn, grad_position, weights, has_aux=has_aux, return_ids=return_ids,
                           sens_param=sens_param)


def value_and_grad(fn, grad_position=0, weights=None, has_aux=False, return_ids=False, sens_param=False):
    """As grad(), but the function returns a pair: all that `fn` returns, and the gradients.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor
        >>> nucella.value_and_grad(lambda x: x * x)(Tensor([3.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 9.00000000e+00]), \
Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+00]))
    """
    return _differentiated(fn, grad_position, weights, get_value=True, has_aux=has_aux, return_ids=return_ids,
                           sens_param=sens_param)


def get_grad(gradients, identifier):
    """The gradient of an input (by its position) or of a Parameter among what grad(..., return_ids=True) returns.

    Raises:
        RuntimeError: when there is none.
        TypeError: when `identifier` is neither an int nor a Parameter.

    Examples:
        >>> gradients = nucella.grad(lambda x, y: x * y, (0, 1), return_ids=True)(Tensor([2.0]), Tensor([3.0]))
        >>> print(nucella.get_grad(gradients, 1))
        [2.]
    """
    return _core.get_grad(gradients, identifier)


def _without_aux(result):
    return result[1] if len(result) == 2 else result[1:]


def _check_tensors(values):
    for value in values:
        if not isinstance(value, (_core.Tensor, tuple, list)):
            raise TypeError(f"The inputs type must be Tensor, but got {type(value).__name__}.")


def vjp(fn, *inputs, weights=None, has_aux=False):
    """The value of `fn`, and the function that computes gradients of it.

    Args:
        fn: a function or Cell.
        inputs: Tensors, its arguments.
        weights: Parameters to differentiate by as well.
        has_aux: only the first output is differentiated; the others are returned as they are.

    Returns:
        (value, vjp_fn), with `has_aux` (value, vjp_fn, aux). vjp_fn(*v) takes the gradient of each output and returns
        a tuple with the gradient of each input; with `weights` a pair of that and the gradients of the weights. It
        may be called any number of times.

    Raises:
        TypeError: for inputs or gradients that are no Tensors.

    Examples:
        >>> from nucella import Tensor, ops
        >>> value, vjp_fn = ops.vjp(lambda x: x * x, Tensor([3.0]))
        >>> vjp_fn(Tensor([10.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+01]),)
    """
    _check_tensors(inputs)
    _check_flag("has_aux", has_aux)
    differentiation = _core.Differentiation("all", weights, weights is not None, has_aux=has_aux)
    result, run = differentiation.keep(fn, inputs)

    def vjp_fn(*v):
        _check_tensors(v)
        return run.gradients(*v)

    if has_aux:
        return result[0], vjp_fn, _without_aux(result)
    return result, vjp_fn


def _check_tensor_or_sequence(value):
    if not isinstance(value, (_core.Tensor, tuple, list)):
        raise TypeError("The inputs type must be a Tensor, tuple or list of Tensors, but got "
                        f"{type(value).__name__}.")


def _count(value):
    return len(value) if isinstance(value, (tuple, list)) else 1


def jvp(fn, inputs, v, has_aux=False):
    """The value of `fn` at `inputs` and its derivative along `v`.

    Args:
        fn: a function or Cell that returns a Tensor or a tuple of Tensors.
        inputs: a Tensor, or a tuple or list of them.
        v: the direction: of the shapes and dtypes of `inputs`.
        has_aux: only the first output is differentiated; the others are returned as they are.

    Returns:
        (value, derivative), with `has_aux` (value, derivative, aux).

    Raises:
        TypeError: for anything but Tensors.
        ValueError: when `v` has another number or shape of Tensors than `inputs`.

    Examples:
        >>> from nucella import Tensor, ops
        >>> ops.jvp(lambda x: x * x, Tensor([3.0]), Tensor([10.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 9.00000000e+00]), \
Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+01]))
    """
    _check_flag("has_aux", has_aux)
    _check_tensor_or_sequence(inputs)
    _check_tensor_or_sequence(v)
    if _count(inputs) != _count(v):
        raise ValueError(f"v has invalid length: should be {_count(inputs)}, but got {_count(v)}")
    point = _core.LinearizedFunction(fn, inputs, has_aux)
    derivative = point.jvp(v)
    if has_aux:
        return point.value[0], derivative, _without_aux(point.value)
    return point.value, derivative


def linearize(fn, inputs):
    """The value of `fn` at `inputs`, and its derivative there as a function of the direction.

    Examples:
        >>> from nucella import Tensor, ops
        >>> value, derivative = ops.linearize(lambda x: x * x, Tensor([3.0]))
        >>> derivative(Tensor([10.0]))
        Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+01])
    """
    _check_tensor_or_sequence(inputs)
    point = _core.LinearizedFunction(fn, inputs)
    return point.value, point.jvp


def _jacobian_of(fn, grad_position, has_aux, forward):
    _check_flag("has_aux", has_aux)
    positions = _checked_positions(grad_position)

    def jacobian_fn(*inputs):
        point = _core.LinearizedFunction(fn, inputs, has_aux)
        jacobian = point.jacobian(positions, forward)
        return (jacobian, _without_aux(point.value)) if has_aux else jacobian

    return jacobian_fn


def jacfwd(fn, grad_position=0, has_aux=False):
    """The Jacobian of `fn`, computed a column at a time: best with few inputs and many outputs.

    Returns:
        A function of the arguments of `fn`. The derivative of an output of shape (a...) by an input of shape (b...) has
        the shape (a..., b...). With several positions or outputs a tuple over the outputs of tuples over the
        positions; with `has_aux` a pair of that and the other outputs.

    Raises:
        TypeError, ValueError: for a wrong `grad_position`.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor
        >>> print(nucella.jacfwd(lambda x: x * x)(Tensor([1.0, 3.0])))
        [[2. 0.]
         [0. 6.]]
    """
    return _jacobian_of(fn, grad_position, has_aux, True)


def jacrev(fn, grad_position=0, has_aux=False):
    """As jacfwd(), computed a row at a time: best with many inputs and few outputs.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor
        >>> print(nucella.jacrev(lambda x: x * x)(Tensor([1.0, 3.0])))
        [[2. 0.]
         [0. 6.]]
    """
    return _jacobian_of(fn, grad_position, has_aux, False)
