"""HookBackward and InsertGradientOf: identities that show a gradient to a function."""
from nucella import _core
from nucella.ops.primitive import Primitive

__all__ = ["HookBackward", "InsertGradientOf"]


class HookBackward(Primitive):
    """Its inputs unchanged; in the backward pass a function sees their gradients.

    Args:
        hook_fn: gets a tuple with the gradient of each input (zeros where none arrives). Returns None, or gradients to
            put in their place: a Tensor for one input, a tuple for several.

    Raises:
        TypeError: when `hook_fn` cannot be called, or an input is no Tensor; in the backward pass when it returns
            something else. ValueError, in the backward pass, for gradients of another shape or dtype.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor
        >>> from nucella import ops
        >>> hook = ops.HookBackward(lambda grads: grads[0] * 10)
        >>> nucella.grad(lambda x: hook(x) * 3)(Tensor([1.0]))
        Tensor(shape=[1], dtype=Float32, value= [ 3.00000000e+01])
    """

    def __init__(self, hook_fn, cell_id=""):
        if not callable(hook_fn):
            raise TypeError(f"Expected a callable hook function, but got {type(hook_fn).__name__}.")
        super().__init__("HookBackward")
        self.hook_fn = hook_fn
        self.cell_id = cell_id

    def __call__(self, *inputs):
        """The inputs; the only one, or a tuple."""
        outputs = _core.visit_gradients(self.hook_fn, inputs, True)
        return outputs[0] if len(inputs) == 1 else outputs


class InsertGradientOf(Primitive):
    """Its input unchanged; in the backward pass a function sees its gradient.

    Args:
        f: gets the gradient; returns None, or the gradient to put in its place.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor
        >>> from nucella import ops
        >>> double = ops.InsertGradientOf(lambda grad: grad * 2)
        >>> nucella.grad(lambda x: double(x) * 3)(Tensor([1.0]))
        Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+00])
    """

    def __init__(self, f):
        super().__init__("InsertGradientOf")
        self.f = f

    def __call__(self, x):
        """`x` itself when it is no Tensor."""
        if not isinstance(x, _core.Tensor):
            return x
        return _core.visit_gradients(self.f, (x,), False)[0]
