"""mindspore.ops._grad_experimental.grad_math_ops: what derivatives of arithmetic share."""


def binop_grad_common(x, y, dx, dy):
    """Both gradients, summed over the axes along which `x` or `y` was broadcast."""
    return _summed(dx, x.shape), _summed(dy, y.shape)


def _summed(gradient, shape):
    extra = gradient.ndim - len(shape)
    axes = [axis for axis in range(gradient.ndim) if axis < extra or shape[axis - extra] != gradient.shape[axis]]
    return gradient.sum(tuple(axes)).reshape(shape) if axes else gradient
