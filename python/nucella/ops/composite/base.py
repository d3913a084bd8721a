"""GradOperation: gradients of functions and Cells."""
from nucella import _core


class GradOperation:
    """Makes the function that computes the gradients of a function or Cell.

    Without flags: the gradient of the first input. `get_all`: a tuple with that of every Tensor input. `get_by_list`:
    those of the weights given with the function, or of all trainable Parameters that it uses, in the order of their
    first use. Both: a pair of these two. `sens_param`: the last argument of the call, or the keyword argument `sens`,
    is the gradient of the output, of its shape and dtype; otherwise ones.

    Raises:
        TypeError: when a flag is no bool.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor, ops
        >>> ops.GradOperation(get_all=True)(lambda x, y: x * y)(Tensor([2.0]), Tensor([3.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 3.00000000e+00]), \
Tensor(shape=[1], dtype=Float32, value= [ 2.00000000e+00]))
    """

    def __init__(self, get_all=False, get_by_list=False, sens_param=False):
        flags = {"get_all": get_all, "get_by_list": get_by_list, "sens_param": sens_param}
        for name, flag in flags.items():
            if not isinstance(flag, bool):
                raise TypeError(f"For 'GradOperation', the '{name}' should be bool, but got {type(flag).__name__}")
        self.get_all = get_all
        self.get_by_list = get_by_list
        self.sens_param = sens_param

    def __call__(self, fn, weights=None):
        """A function of the arguments of `fn` that returns its gradients.

        `weights`: one Parameter (its gradient comes bare), or a list, tuple or ParameterTuple of them.
        """
        inputs = "all" if self.get_all else None if self.get_by_list else "first"
        run = _core.Differentiation(inputs, weights, self.get_by_list, sens_param=self.sens_param).run

        def after_grad(*args, **kwargs):
            return run(fn, args, kwargs)

        return after_grad
