"""Names, listings, states, hooks and initial values of cells: a table of calls, evaluated by whoever is `mindspore`."""

import copy  # noqa: F401
import json
import sys

import mindspore as ms
import numpy as np
from mindspore import Parameter, ParameterTuple, Tensor, nn, ops  # noqa: F401
from mindspore.common.initializer import *  # noqa: F403
from mindspore.common.initializer import initializer

ms.set_context(mode=ms.PYNATIVE_MODE)


def vec(*numbers):
    return Tensor(np.array(numbers, np.float32))


def par(name=None, **options):
    return Parameter(vec(1, 2), name=name, **options)


class Leaf(nn.Cell):
    def __init__(self, name=None, **options):
        super().__init__(**options)
        self.w = par(name)
        self.frozen = par(requires_grad=False)

    def construct(self, x):
        return x * self.w


class Net(nn.Cell):
    def __init__(self, auto_prefix=True):
        super().__init__(auto_prefix=auto_prefix)
        self.first = Leaf()
        self.own = par()
        self.chain = nn.SequentialCell(Leaf("mine"), nn.ReLU())
        self.layers = nn.CellList([nn.Dense(2, 2), Leaf()])

    def construct(self, x):
        return self.layers[0](self.chain(self.first(x)) * self.own)


def made(*changes, of=Net):
    """A net after statements about `net`."""
    net = of()
    for change in changes:
        exec(change, {**globals(), "net": net})
    return net


def after(*changes, of=nn.Cell):
    return made(*changes, of=of)


def names(net):
    return [[path, p.name] for path, p in net.parameters_and_names()]


def paths(net):
    return [path for path, _ in net.cells_and_names()]


def state(net, **options):
    return {key: list(value.shape) for key, value in net.state_dict(**options).items()}


def called(net):
    net(Tensor(np.ones((1, 2), np.float32)))
    return names(net)


def loaded(values, strict=True, of=Net):
    keys = of().load_state_dict(values, strict)
    return [list(keys.missing_keys), list(keys.unexpected_keys), repr(keys)]


def changed_state(net=None, **changes):
    values = dict((net or Net()).state_dict())
    for key, value in changes.items():
        values[key.replace("__", ".")] = value
    return values


def without(key):
    values = dict(Net().state_dict())
    del values[key]
    return values


CHILD_BUFFER = ('net.c.register_buffer("d", vec(1))',)
KINDS = ("forward_pre_hook", "forward_hook", "backward_pre_hook", "backward_hook")


def hooks(*which, changes=None, cells=("", "first", "chain", "chain.1", "layers.0"), twice=False):
    """What hooks see, in order: name of the cell, kind, and what they were given."""
    seen, net, handles = [], Net(), []
    for index, path in enumerate(cells):
        for kind in which or KINDS:
            def hook(cell, *given, path=path, kind=kind):
                shapes = [[None if t is None else list(t.shape) for t in (g if isinstance(g, tuple) else (g,))]
                          for g in given]
                seen.append([path, kind, shapes])
                return (changes or {}).get((path, kind))
            for _ in range(2 if twice and index == 0 else 1):
                handles.append(getattr(net.get_sub_cell(path), "register_" + kind)(hook))
    set_seeded(net)
    gradients = ops.GradOperation(get_all=True, get_by_list=True)(net, net.trainable_params())(vec(1, 2).reshape(1, 2))
    for handle in handles[: len(handles) // 2]:
        handle.remove()
    net(vec(1, 2).reshape(1, 2))
    return [seen, gradients]


def set_seeded(net):
    for index, p in enumerate(net.get_parameters()):
        p.set_data(Tensor(np.linspace(-1, 1 + index, p.size, dtype=np.float32).reshape(p.shape)))


def seeded(init, shape, seed=7, dtype=ms.float32):
    ms.set_seed(seed)
    return [initializer(init, shape, dtype).init_data(), initializer(init, shape, dtype).init_data()]


def layer(make, seed=3):
    ms.set_seed(seed)
    return [p.asnumpy() for p in make().get_parameters()]


CALLS = """
names(Net())
names(Net(auto_prefix=False))
called(Net())
called(Net(auto_prefix=False))
paths(Net())
repr(Net())
[p.name for p in Net().trainable_params()]
[p.name for p in Net().untrainable_params()]
[p.name for p in Net().untrainable_params(recurse=False)]
list(Net().parameters_dict())
list(Net(auto_prefix=False).parameters_dict())
list(Net().parameters_broadcast_dict())
list(Net().name_cells())
list(Net().first.name_cells())
state(Net())
state(Net(auto_prefix=False))
state(Net(), prefix='net.')
state(Net(), prefix='net', keep_vars=True)
state(Net(), prefix=3)
state(Net(), destination=[])
names(made('net.first.w.name = "own"'))
called(made('net.first.w.name = "own"'))
names(made('net.extra = net.first'))
paths(made('net.extra = net.first'))
names(made('net.extra = net.first.w'))
names(made('net.own = par("other")'))
names(made('net.own = None'))
state(made('net.own = None'))
names(made('net.first = None'))
repr(made('net.first = None'))
names(made('del net.own'))
names(made('del net.first'))
made('net.own = 3')
made('net.first = 3')
made('net.own = nn.ReLU()')
made('net.first = par()')
made('net.chain.append(Leaf())').chain and names(made('net.chain.append(Leaf())'))
names(made('del net.chain[0]'))
names(made('net.chain[0] = Leaf()'))
names(made('net.layers.insert(0, Leaf())'))
names(made('net.layers.append(nn.Dense(2, 2))'))
names(made('net.layers.extend([Leaf(), nn.ReLU()])'))
names(made('net.layers[1] = nn.Dense(2, 2)'))
names(made('del net.layers[0]'))
names(made('net.pair = ParameterTuple([par("a"), par("b")])'))
names(made('net.pair = ParameterTuple([par(), par()])', 'net.more = ParameterTuple([par()])'))
made('net.pair = ParameterTuple([par("a"), par("a")])')
names(made('net.pair = [par("a"), par("b")]'))
made('net.pair = [par("a"), par("a")]')
names(made('net.insert_param_to_cell("more", par())'))
names(made('net.insert_param_to_cell("a.b", par(), False)'))
made('net.insert_param_to_cell("a.b", par())')
made('net.insert_param_to_cell("", par())')
made('net.insert_param_to_cell("first", par())')
made('net.insert_param_to_cell("more", 3)')
names(made('net.insert_child_to_cell("more", Leaf())'))
made('net.insert_child_to_cell("a.b", Leaf())')
made('net.insert_child_to_cell("", Leaf())')
made('net.insert_child_to_cell(3, Leaf())')
made('net.insert_child_to_cell("more", 3)')
made('net.insert_child_to_cell("own", Leaf())')
names(made('net.update_parameters_name("x.")'))
names(made('net.update_parameters_name("x.", recurse=False)'))
made('net.update_parameters_name("a b")')
made('net.update_cell_prefix()').layers[1].param_prefix
made('net.check_names()')
made('net.first.w.name = "own"', 'net.check_names()')
[c.__class__.__name__ for c in made('net.add_flags_recursive(mark=1)').cells() if c.mark == 1]
made('net.add_flags(a=1)', 'net.add_flags(b=2)').get_flags()
nn.Cell(flags={'a': 1}).get_flags()
nn.Cell(flags=[1])
nn.Cell(other=1)
made('net.set_train()').chain[1].training
[made('net.set_train(False)').phase, Net().phase, Net().training, Net().requires_grad]
made('net.to_float(ms.int32)')
made('net.to_float(ms.float16)').layers[0](vec(1, 2).reshape(1, 2)).dtype == ms.float16
Net().get_sub_cell('layers.0').__class__.__name__
Net().get_sub_cell('layers.7')
Net().get_sub_cell('own')
Net().get_sub_cell(3)
Net().no_such_attribute
Net()()
nn.Cell()(vec(1))
made('net.cells = nn.ReLU()')
made('net.phase = 3')
made('net.trainable_params = par()')
made('net.set_jit_config(3)')
made('net.recompute(what=True)')
made('net.set_boost("more")')
made('net.set_comm_fusion(-1)')
[p.comm_fusion for p in made('net.set_comm_fusion(4)').get_parameters()]
made('net.set_inputs(vec(1), x=vec(1))')
made('net.set_inputs(q=vec(1))')
made('net.offload("never")')
made('net.pipeline_stage = -1')
made('net.pipeline_stage = True')
made('net.bprop_debug = 1')
Net().pipeline_stage
names(copy.deepcopy(Net()))
copy.deepcopy(made('net.first.w.name = "kept"')).first.w.name
after('net.register_buffer("b", vec(1))').state_dict()
after('net.register_buffer("b", vec(1), persistent=False)').state_dict()
after('net.register_buffer("b", None)').state_dict()
after('net.register_buffer("a.b", vec(1))')
after('net.register_buffer("", vec(1))')
after('net.register_buffer(3, vec(1))')
after('net.register_buffer("b", 3)')
after('net.w = par()', 'net.register_buffer("w", vec(1))')
after('net.register_buffer("b", vec(1))', 'net.b = vec(2)')
after('net.register_buffer("b", vec(1))', 'net.b = 3')
after('net.register_buffer("b", vec(1))', 'net.b = par()')
[n for n, _ in after('net.c = Leaf()', 'net.register_buffer("b", vec(1))', *CHILD_BUFFER).named_buffers()]
[n for n, _ in after('net.register_buffer("b", vec(1))').named_buffers(prefix='p')]
after('net.register_buffer("b", vec(1))').get_buffer('b')
after('net.register_buffer("b", vec(1))').get_buffer('c')
loaded(Net().state_dict())
loaded(changed_state(own=vec(5, 6)))
loaded(without('own'))
loaded(without('own'), strict=False)
loaded(changed_state(extra=vec(1)))
loaded(changed_state(extra=vec(1)), strict=False)
loaded(changed_state(own=vec(1, 2, 3)))
loaded(changed_state(own=vec(1, 2, 3)), strict=False)
loaded(changed_state(own=3), strict=False)
loaded([])
loaded({}, strict=False)
hooks()
hooks(twice=True)
hooks('forward_hook')
hooks('forward_pre_hook', changes={('first', 'forward_pre_hook'): (vec(3, 4).reshape(1, 2),)})
hooks('forward_hook', changes={('first', 'forward_hook'): vec(3, 4).reshape(1, 2)})
hooks('backward_pre_hook', changes={('first', 'backward_pre_hook'): (vec(3, 4).reshape(1, 2),)})
hooks('backward_hook', changes={('first', 'backward_hook'): (vec(3, 4).reshape(1, 2),)})
hooks('backward_hook', changes={('first', 'backward_hook'): vec(3, 4).reshape(1, 2)})
hooks('backward_pre_hook', 'backward_hook', changes={('', 'backward_pre_hook'): vec(3, 4).reshape(1, 2)})
hooks('backward_hook', changes={('first', 'backward_hook'): (vec(1), vec(2))})
hooks('backward_hook', changes={('first', 'backward_hook'): 3})
hooks('backward_pre_hook', changes={('first', 'backward_pre_hook'): (vec(1), vec(2))})
seeded('normal', [3, 4])
seeded('uniform', [3, 4])
seeded('xavier_normal', [3, 4])
seeded('xavier_uniform', [3, 4])
seeded('he_normal', [3, 4, 2, 2])
seeded('he_uniform', [3, 4, 2, 2])
seeded('ones', [2, 2])
seeded('zeros', [2, 2], dtype=ms.int32)
seeded('identity', [2, 3])
seeded('dirac', [2, 2, 3])
seeded('orthogonal', [3, 3])
seeded('truncatedNormal', [3, 4])
seeded(Normal(0.5, 2.0), [10])
seeded(Uniform(3), [10])
seeded(TruncatedNormal(1.0, 0.5, -1.0, 1.0), [50])
seeded(XavierNormal(2), [4, 5])
seeded(XavierUniform(2), [4, 5, 3])
seeded(HeNormal(0.2, 'fan_out'), [4, 5])
seeded(HeUniform(0.2, 'fan_out', 'relu'), [4, 5])
seeded(Orthogonal(2.0), [4, 2])
seeded(VarianceScaling(2.0, 'fan_avg', 'uniform'), [4, 5])
seeded(VarianceScaling(2.0, 'fan_out', 'untruncated_normal'), [4, 5])
seeded(Constant(3), [2])
seeded(3.5, [2])
seeded('normal', [3], dtype=ms.float16)
seeded('normal', [1001])
seeded(Identity(), [2])
seeded(Dirac(), [2, 2])
seeded('xavier_normal', [2])
seeded('no_such', [2])
seeded('sparse', [2, 2])
seeded(Normal(-1), [2])
seeded(vec(1, 2), [2])
seeded(None, [2])
seeded('ones', [0])
seeded('ones', None)
seeded('ones', [-1])
seeded('ones', ['2'])
layer(lambda: nn.Dense(3, 4))
layer(lambda: nn.Dense(3, 4, weight_init='normal', bias_init='ones'))
layer(lambda: nn.Conv2d(2, 3, 3, has_bias=True))
layer(lambda: nn.Conv2d(2, 4, (3, 2), group=2, weight_init=HeUniform(1.0)))
layer(lambda: nn.SequentialCell(nn.Dense(2, 3), nn.Conv2d(1, 2, 2), nn.Dense(3, 1)))
layer(lambda: nn.Dense(0, 4))
layer(lambda: nn.Dense(3, '4'))
layer(lambda: nn.Dense(3, 4, has_bias=1))
layer(lambda: nn.Dense(3, 4, weight_init=vec(1)))
layer(lambda: nn.Conv2d(2, 3, 3, pad_mode='other'))
layer(lambda: nn.Conv2d(2, 3, 3, pad_mode='same', padding=1))
layer(lambda: nn.Conv2d(2, 3, 3, stride=0))
layer(lambda: nn.Conv2d(2, 3, [3, 3]))
layer(lambda: nn.Conv2d(2, 3, 3, group=2))
layer(lambda: nn.Dropout(p=1.0))
layer(lambda: nn.Dropout(p=-0.1))
repr(nn.Dense(3, 4, activation='relu'))
repr(nn.Conv2d(3, 4, 3, weight_init='ones', bias_init='zeros', has_bias=True))
repr(nn.SequentialCell(nn.Dense(2, 2), nn.ReLU(), nn.Flatten(), nn.Dropout(p=0.3), nn.MaxPool2d(2, 2)))
repr(nn.CellList([nn.ReLU(), nn.Tanh()]))
""".strip().splitlines()


def plain(value):
    """As JSON, floats as they are."""
    if isinstance(value, (Tensor, np.ndarray)):
        return plain((value.asnumpy() if isinstance(value, Tensor) else value).tolist())
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, *map(plain, value)]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value if isinstance(value, (bool, int, float, str, type(None))) else type(value).__name__


def evaluated(call):
    try:
        return plain(eval(call))
    except Exception as error:
        return "raises " + next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


with open(sys.argv[1], "w") as file:
    json.dump({call: evaluated(call) for call in CALLS}, file)
