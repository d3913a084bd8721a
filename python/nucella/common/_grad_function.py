"""_Function: a computation that brings its own derivative."""
import inspect

from nucella import _core


class _Function:
    """Base of functions with a derivative of their own; use one by `Name.apply(...)`.

    Derive, and write `forward(ctx, *args)` and `backward(ctx, *grad_outputs)` as static methods. `ctx` is an object
    that both get: attributes may be set on it freely. forward() runs without gradients and returns a Tensor or a tuple.
    backward() gets the gradient of each output and returns one for each argument: None where no gradient flows and for
    what is no Tensor.

    With `setup_context(ctx, inputs, output)` as a third static method, forward() goes without `ctx`.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor, _Function
        >>> class Square(_Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         ctx.save_for_backward(x)
        ...         return x * x
        ...     @staticmethod
        ...     def backward(ctx, grad):
        ...         x, = ctx.saved_tensors
        ...         return 2 * x * grad
        >>> nucella.grad(Square.apply)(Tensor([3.0]))
        Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+00])
    """

    @staticmethod
    def forward(ctx, *args, **kwargs):
        """Computes the outputs."""
        raise NotImplementedError("forward function should be customized.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        """Computes the gradients of the arguments."""
        raise NotImplementedError("backward function should be customized.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        """Fills `ctx` after a forward() that goes without it."""
        raise NotImplementedError("setup_context is not implemented.")

    @classmethod
    def apply(cls, *args, **kwargs):
        """Calls the function."""
        has_setup_context = cls.setup_context is not _Function.setup_context
        if has_setup_context:
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        return _core.apply_function(cls, cls.__new__(cls), args, kwargs, has_setup_context)

    def save_for_backward(self, *tensors):
        """Keeps Tensors; backward() finds them in `ctx.saved_tensors`."""
        self.saved_tensors = tensors

    def mark_dirty(self, *args):
        """Names the arguments that forward() has changed in place; they must be outputs."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args):
        """Names outputs that have no gradient."""
        self.non_differentiable = args

    def set_materialize_grads(self, value):
        """False: backward() gets None instead of zeros for outputs without a gradient."""
        self.materialize_grads = value
