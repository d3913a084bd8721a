"""Cells that compute gradients of other cells."""
from types import FunctionType, MethodType

from nucella import _core
from nucella._core import Cell, WithLossCell
from nucella.common.parameter import ParameterTuple
from nucella.ops.composite.base import GradOperation


class WithGradCell(Cell):
    """The gradients of a network's trainable Parameters.

    Args:
        network (Cell): the network; in training mode from now on.
        loss_fn (Cell): computes the loss from the network's output and the label. None: the network does so itself.
        sens: the gradient of the loss. None: ones.

    Inputs:
        Data and label (without `loss_fn`: the network's inputs).

    Outputs:
        A tuple with the gradient of each trainable Parameter.

    Examples:
        >>> net = nn.Dense(1, 1, weight_init="ones", bias_init="zeros")
        >>> gradients = nn.WithGradCell(net, nn.MSELoss())(Tensor([[1.0]]), Tensor([[3.0]]))
        >>> print(*gradients)
        [[-4.]] [-4.]
    """

    def __init__(self, network, loss_fn=None, sens=None):
        super().__init__(auto_prefix=False)
        self.network = network
        self.loss_fn = loss_fn
        self.weights = ParameterTuple(network.trainable_params())
        self.grad = GradOperation(get_by_list=True, sens_param=sens is not None)
        self.sens = sens
        self.network_with_loss = network if loss_fn is None else WithLossCell(network, loss_fn)
        self.network_with_loss.set_train()

    def construct(self, *inputs):
        """The gradients of the weights."""
        gradient = self.grad(self.network_with_loss, self.weights)
        return gradient(*inputs) if self.sens is None else gradient(*inputs, self.sens)


class ForwardValueAndGrad(Cell):
    """The value of a network and its gradients, from one run.

    Args:
        network: a Cell, function or method.
        weights: Parameters to differentiate by; needed with `get_by_list`.
        get_all, get_by_list, sens_param: as those of ops.GradOperation.

    Inputs:
        The network's inputs, and with `sens_param` the gradient of its output.

    Outputs:
        (value, gradients).

    Raises:
        TypeError: for a wrong type of an argument.

    Examples:
        >>> net = nn.ForwardValueAndGrad(nn.ReLU(), get_all=True)
        >>> value, gradients = net(Tensor([-1.0, 2.0]))
        >>> print(value, *gradients)
        [0. 2.] [0. 1.]
    """

    def __init__(self, network, weights=None, get_all=False, get_by_list=False, sens_param=False):
        super().__init__(auto_prefix=False)
        if not isinstance(network, (Cell, FunctionType, MethodType)):
            raise TypeError("For 'ForwardValueAndGrad', 'network' must be a Cell, a function or a method, but got "
                            f"{type(network).__name__}.")
        for name, flag in (("get_all", get_all), ("get_by_list", get_by_list)):
            if not isinstance(flag, bool):
                raise TypeError(f"For 'ForwardValueAndGrad', '{name}' must be bool, but got {type(flag).__name__}.")
        if get_by_list and not isinstance(weights, (tuple, list)):
            raise TypeError("For 'ForwardValueAndGrad', with 'get_by_list' the 'weights' must be a tuple or list of "
                            f"Parameters, but got {type(weights).__name__}.")
        self.network = network
        if isinstance(network, Cell):
            network.set_grad()
        self.weights = weights
        self.get_all = get_all
        self.get_by_list = get_by_list
        self.sens_param = sens_param

    def construct(self, *inputs):
        """(value, gradients)."""
        wanted = "all" if self.get_all else None if self.get_by_list else "first"
        differentiation = _core.Differentiation(wanted, self.weights, self.get_by_list, get_value=True,
                                                sens_param=self.sens_param)
        return differentiation.run(self.network, inputs, {})
