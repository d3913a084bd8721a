"""What the functions of derivatives return and refuse: a table of calls, evaluated by whoever is `mindspore`."""
import json
import sys

import mindspore as ms
import numpy as np
from mindspore import Parameter, ParameterTuple, Tensor, grad, nn, ops, value_and_grad  # noqa: F401
from mindspore.ops import GradOperation, get_grad, jvp, vjp  # noqa: F401

ms.set_context(mode=ms.PYNATIVE_MODE)


def vec(*numbers):
    return Tensor(np.array(numbers, np.float32))


x, y = vec(5, 7), vec(1, 2)
ints = Tensor([1, 2], ms.int32)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = Parameter(vec(2, 3), name="w")
        self.b = Parameter(vec(1, 1), name="b")
        self.unused = Parameter(vec(1, 1), name="unused")
        self.frozen = Parameter(vec(4, 4), name="frozen", requires_grad=False)

    def construct(self, a, c):
        return self.b * c + self.w * a * self.frozen


class OwnBprop(nn.Cell):
    def __init__(self, result):
        super().__init__()
        self.result = result

    def construct(self, a, c):
        return a * 2

    def bprop(self, a, c, out, dout):
        return self.result


def mul(a, b):
    return a * b


def cube(a):
    return a * a * a


def two(a, b):
    return a * b, a


def aux(a, b):
    return a * b, a, 3


def pair(a):
    return a[0] * a[1]


def mapping(a):
    return a["k"] * a["l"]


def failing(a):
    raise KeyError("mine")


net = Net()
CALLS = """
GradOperation()(net)(x, y)
GradOperation()(pair)((x, y))
GradOperation(get_all=True)(pair)((x, y))
GradOperation(get_all=True)(pair)([x, y])
GradOperation(get_all=True)(mapping)({'k': x, 'l': y})
GradOperation(get_all=True)(mul)(x, 3)
GradOperation(get_all=True)(mul)(3, x)
GradOperation()(mul)(3, x)
GradOperation()(mul)(3, 4)
GradOperation(get_all=True)(mul)(3, 4)
GradOperation(get_all=True)(mul)(x, b=y)
GradOperation(get_all=True)(lambda: x)()
GradOperation(get_all=True, sens_param=True)(mul)(x, y, y)
GradOperation(get_all=True, sens_param=True)(mul)(x, y, sens=y)
GradOperation(get_all=True, sens_param=True)(two)(x, y, (y, y))
GradOperation(get_all=True, sens_param=True)(two)(x, y, y, y)
GradOperation(get_all=True, sens_param=True)(two)(x, y, y)
GradOperation(get_all=True, sens_param=True)(mul)(x, y, vec(1))
GradOperation(get_all=True, sens_param=True)(mul)(x, y, ints)
GradOperation(get_all=True, sens_param=True)(mul)(x, y, 2.0)
GradOperation(get_all=True, sens_param=True)(cube)(x, (y,))
GradOperation(sens_param=True)(mul)(x, y, [y])
GradOperation(sens_param=True)(mul)()
GradOperation(get_by_list=True)(net)(x, y)
GradOperation(get_by_list=True)(net, net.w)(x, y)
GradOperation(get_by_list=True)(net, [net.w])(x, y)
GradOperation(get_by_list=True)(net, (net.w,))(x, y)
GradOperation(get_by_list=True)(net, ParameterTuple([net.w, net.unused]))(x, y)
GradOperation(get_by_list=True)(net, [net.frozen, net.b])(x, y)
GradOperation(get_by_list=True)(net, net.frozen)(x, y)
GradOperation(get_by_list=True)(net, [])(x, y)
GradOperation(get_by_list=True)(net, [net.w, net.w])(x, y)
GradOperation(get_by_list=True)(net, 3)(x, y)
GradOperation(get_by_list=True)(lambda a: net(a, y) * net.unused)(x)
GradOperation(get_all=True, get_by_list=True)(net)(x, y)
GradOperation(get_all=True, get_by_list=True)(net, net.w)(x, y)
GradOperation(get_all=True, get_by_list=True)(net, [net.w])(3, y)
GradOperation(get_all=True, get_by_list=True)(mul)(net.w, x)
GradOperation()(net, net.w)(x, y)
GradOperation()(3)(x)
GradOperation()(net)()
GradOperation(1)
GradOperation(get_by_list=1)
GradOperation(sens_param=None)
grad(mul, (0, 1))(3, x)
grad(mul, (0, 1))(3, 4)
grad(mul, 0)(3, x)
grad(mul, 1)(3, x)
grad(mul, (1,))(3, x)
grad(mul, (0,))(x, y)
grad(mul, (1, 0))(x, y)
grad(mul, True)(x, y)
grad(mul, (0, 0))(x, y)
grad(mul, -1)(x, y)
grad(mul, (0, -1))(x, y)
grad(mul, 2)(x, y)
grad(mul, (0, 2))(x, y)
grad(mul, ())(x, y)
grad(mul, 1.5)(x, y)
grad(mul, [0])(x, y)
grad(mul, ('a',))(x, y)
grad(mul, None)
grad(mul)(x, b=y)
grad(mul, 1)(x, b=y)
grad(lambda: x)()
grad(mul, sens_param=True)(x, y, y)
grad(failing)(x)
grad(lambda a: a[0] * a[1])((x, y))
grad(lambda a, b: a[0] * b, (0, 1))((x, y), y)
grad(mul)(net.frozen, x)
grad(mul)(net.w, x)
grad(net, None, net.w)(x, y)
grad(net, None, [net.w])(x, y)
grad(net, 0, net.w)(x, y)
grad(net, 0, [net.w, net.b])(x, y)
grad(net, (0,), [net.w])(x, y)
grad(net, (0, 1), [net.w, net.b])(x, y)
grad(net, 0, [])(x, y)
grad(net, None, [])(x, y)
grad(net, 0, return_ids=True)(x, y)
grad(net, (0, 1), return_ids=True)(x, y)
grad(net, 0, [net.w], return_ids=True)(x, y)
grad(net, (0, 1), [net.w, net.b], return_ids=True)(x, y)
grad(net, None, net.w, return_ids=True)(x, y)
grad(net, None, [net.w, net.b], return_ids=True)(x, y)
grad(mul, return_ids=True)(1, 2)
value_and_grad(net, 0, [net.w], return_ids=True)(x, y)
value_and_grad(mul, (0, 1), sens_param=True)(x, y, y)
value_and_grad(aux, has_aux=True)(x, y)
grad(aux, has_aux=True)(x, y)
grad(two, has_aux=True)(x, y)
grad(lambda a: [a, a], has_aux=True)(x)
grad(lambda a: (a,), has_aux=True)(x)
grad(cube, has_aux=True)(x)
value_and_grad(two)(x, y)
value_and_grad(lambda a: [a * a, a])(x)
value_and_grad(lambda a: {'k': a * a})(x)
grad(lambda a: (a * a, (a, [a])))(x)
grad(lambda a: 3)(x)
grad(lambda a: None)(x)
grad(lambda a: (a * a, 'text', None, 3.5))(x)
grad(lambda a: y)(x)
grad(lambda a: a)(x)
grad(lambda a: a > 0)(x)
grad(lambda a: a * a)(ints)
grad(lambda a: a * a)(ops.cast(x, ms.float16))
grad(lambda a: ops.cast(a, ms.int32))(x)
grad(lambda a: ops.cast(a, ms.float16) * 2)(x)
grad(grad(cube))(x)
grad(grad(grad(cube)))(x)
grad(lambda a: GradOperation(get_by_list=True)(net, [net.w])(a, y)[0] * a)(x)
grad(lambda a: ops.stop_gradient(a) * a)(x)
get_grad(grad(net, 0, [net.w], return_ids=True)(x, y), 0)
get_grad(grad(net, 0, [net.w], return_ids=True)(x, y), net.w)
get_grad(grad(net, 0, [net.w], return_ids=True)(x, y), net.b)
get_grad(grad(net, 0, [net.w], return_ids=True)(x, y), 'w')
get_grad(grad(net, (0, 1), return_ids=True)(x, y), 1)
get_grad(3, 1)
grad(OwnBprop((y, x)), (0, 1))(x, y)
grad(OwnBprop(y), 0)(x, y)
grad(OwnBprop((y, None)), (0, 1))(x, y)
grad(OwnBprop(None), 0)(x, y)
grad(OwnBprop((y,)), (0, 1))(x, y)
grad(OwnBprop((vec(1, 2, 3), y)), (0, 1))(x, y)
grad(OwnBprop((ints, y)), (0, 1))(x, y)
grad(OwnBprop((Tensor(np.ones((3, 2), np.float32)), y)), (0, 1))(x, y)
grad(OwnBprop((y, None)), (0, 1))(a=x, c=y)
jvp(cube, x, y)
jvp(two, (x, y), (y, x))
jvp(mul, (x, y), (y, x))
jvp(aux, (x, y), (y, x), has_aux=True)
jvp(two, (x, y), (y, x), has_aux=True)
jvp(mul, (x, y), x)
jvp(mul, x, (x, y))
jvp(cube, 3, x)
jvp(cube, x, 3)
jvp(cube, x, y, has_aux=1)
jvp(cube, x, ints)
vjp(cube, x)[1](y)
vjp(mul, x, y)[1](y)
vjp(two, x, y)[1](y, y)
vjp(two, x, y)[1]((y, y))
vjp(two, x, y, has_aux=True)[1](y)
vjp(two, x, y, has_aux=True)[2]
vjp(net, x, y, weights=net.w)[1](y)
vjp(net, x, y, weights=[net.w])[1](y)
vjp(cube, 3)
vjp(cube, x)[1](3)
vjp(cube, x)[1](vec(1))
ops.linearize(two, (x, y))[1]((y, x))
ms.jacfwd(cube)(x)
ms.jacrev(cube)(x)
ms.jacrev(mul, (0, 1))(x, y)
ms.jacfwd(two, (0, 1))(x, y)
ms.jacrev(two, (0, 1))(x, y)
""".strip().splitlines()


def plain(value):
    """As JSON: the kind of every value, and the numbers of Tensors with their dtype."""
    if isinstance(value, Tensor):
        return {str(value.dtype): value.asnumpy().astype(float).tolist()}
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, *map(plain, value)]
    if isinstance(value, dict):
        return {"dict": {key: plain(item) for key, item in value.items()}}
    return value if isinstance(value, (int, float, str, type(None))) else type(value).__name__


def evaluated(call):
    try:
        return plain(eval(call))
    except Exception as error:
        return "raises " + type(error).__name__


with open(sys.argv[1], "w") as file:
    json.dump({call: evaluated(call) for call in CALLS}, file)
