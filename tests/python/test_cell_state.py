"""state_dict, load_state_dict, buffers, extra state; copies and pickles."""

import collections
import copy
import pickle
import weakref

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, ParameterTuple, Tensor, nn, ops
from nucella.nn.utils import no_init_parameters


class Inner(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = Parameter(f32(1, 2))
        self.register_buffer("seen", ms.Tensor([0]))


class Net(nn.Cell):
    """Two parameters, a persistent and another buffer, and a child with both."""

    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.p = Parameter(f32(3))
        self.mean = nn.Buffer(f32(4))
        self.register_buffer("scratch", f32(5), persistent=False)

    def construct(self, x):
        return self.p * x + self.mean + self.inner.w[0]


# --- state_dict ----------------------------------------------------------------------------------------------


def test_state_is_in_order_own_things_first():
    state = Net().state_dict()
    assert type(state).__mro__[1] is collections.OrderedDict and isinstance(state, collections.OrderedDict)
    assert list(state) == ["p", "mean", "inner.w", "inner.seen"]
    assert isinstance(state._metadata, collections.OrderedDict)


def test_state_holds_the_live_objects_and_copies_with_keep_vars():
    net = Net()
    state = net.state_dict()
    assert state["p"] is net.p and state["inner.w"] is net.inner.w
    net.p.set_data(f32(9))
    assert state["p"].asnumpy().tolist() == [9]
    copies = net.state_dict(keep_vars=True)
    net.p.set_data(f32(1))
    assert copies["p"].asnumpy().tolist() == [9]
    buffer = net.state_dict()["mean"]
    net.mean[0] = 8
    assert buffer.asnumpy().tolist() == [8]


def test_attribute_paths_are_the_keys_not_names():
    net = Net()
    net.p.name = "other"
    assert "p" in net.state_dict()


def test_a_shared_parameter_stands_under_each_path():
    net = Net()
    net.inner.shared = net.p
    assert [key for key in net.state_dict() if "p" in key or "shared" in key] == ["p", "inner.shared"]


def test_destination_and_prefix():
    net, destination = Net(), {"before": 1}
    assert net.state_dict(destination=destination, prefix="x") is destination
    assert list(destination) == ["before", "xp", "xmean", "xinner.w", "xinner.seen"]
    with pytest.warns(FutureWarning):
        assert list(net.state_dict(None, "y"))[0] == "yp"


@pytest.mark.parametrize("wrong", [{"prefix": 3}, {"keep_vars": 1}, {"destination": []}])
def test_wrong_arguments_of_state_dict(wrong):
    with pytest.raises(TypeError, match=f"state_dict.*{list(wrong)[0]}.*got"):
        Net().state_dict(**wrong)


def test_state_dict_leaves_declared_parameters_declared():
    with no_init_parameters():
        net = nn.Dense(2, 2)
    assert net.state_dict()["weight"].has_init


def test_state_hooks_run_around_each_cell():
    log = []
    net = Net()
    net.register_state_dict_pre_hook(lambda cell, prefix, keep: log.append(("pre", cell is net, prefix, keep)))
    net.inner.register_state_dict_pre_hook(lambda cell, prefix, keep: log.append(("inner pre", prefix)))
    net.inner.register_state_dict_post_hook(lambda cell, state, prefix, meta: log.append(("inner post", prefix)))
    net.register_state_dict_post_hook(lambda cell, state, prefix, meta: state.update(extra=1))
    state = net.state_dict()
    assert log == [("pre", True, "", False), ("inner pre", "inner."), ("inner post", "inner.")]
    assert state["extra"] == 1


def test_a_state_pre_hook_may_register_parameters():
    net = Net()

    def add(cell, prefix, keep_vars):
        cell._params["extra"] = Parameter(f32(4, 5, 6))

    handle = net.register_state_dict_pre_hook(add)
    assert "extra" in net.state_dict()
    handle.remove()
    del net._params["extra"]
    assert "extra" not in net.state_dict()


def test_a_state_post_hook_must_return_none():
    net = Net()
    net.register_state_dict_post_hook(lambda *args: 3)
    with pytest.raises(RuntimeError, match="None"):
        net.state_dict()


# --- load_state_dict -----------------------------------------------------------------------------------------


def test_loading_copies_values_and_keeps_objects():
    net, other = Net(), Net()
    p, name = net.p, net.p.name
    other.p.set_data(f32(7))
    result = net.load_state_dict(other.state_dict())
    assert repr(result) == "<All keys matched successfully>"
    assert net.p is p and p.name == name and p.asnumpy().tolist() == [7]
    other.p.set_data(f32(8))
    assert p.asnumpy().tolist() == [7]


def test_values_are_cast_to_the_targets_dtype():
    net = Net()
    net.load_state_dict({"p": ms.Tensor([2], ms.int32), "mean": ms.Tensor([1.5], ms.float64)}, strict=False)
    assert (net.p.dtype, net.p.asnumpy().tolist(), net.mean.asnumpy().tolist()) == (ms.float32, [2], [1.5])


def test_missing_and_unexpected_keys():
    net = Net()
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict({"p": f32(1), "other": f32(1)})
    text = str(caught.value)
    assert text.startswith("Error(s) in loading state_dict for Net:\n\t")
    assert text.index("mean") < text.index("other")
    result = net.load_state_dict({"p": f32(1), "other": f32(1)}, strict=False)
    assert result.missing_keys == ["mean", "inner.w", "inner.seen"] and result.unexpected_keys == ["other"]
    assert repr(result) == (
        "_IncompatibleKeys(missing_keys=['mean', 'inner.w', 'inner.seen'], unexpected_keys=['other'])"
    )
    assert nn.ReLU().load_state_dict({"x": f32(1)}, strict=False) == ([], ["x"])


def test_buffers_that_are_not_persistent_are_unexpected():
    result = Net().load_state_dict({"scratch": f32(1)}, strict=False)
    assert result.unexpected_keys == ["scratch"]


@pytest.mark.parametrize("wrong", [f32(1, 2, 3), np.ones(1), 3, "text"])
@pytest.mark.parametrize("strict", [True, False])
def test_a_wrong_value_is_an_error_and_nothing_is_loaded(wrong, strict):
    net = Net()
    state = collections.OrderedDict(net.state_dict(keep_vars=True))
    state["p"] = f32(9)
    state["inner.w"] = wrong
    with pytest.raises(RuntimeError, match="inner.w"):
        net.load_state_dict(state, strict=strict)
    assert net.p.asnumpy().tolist() == [3]


@pytest.mark.parametrize("wrong", [3, None, [], (), "text", f32(1)])
def test_only_mappings_are_loaded(wrong):
    with pytest.raises(TypeError, match="load_state_dict.*state_dict.*dict.*got"):
        Net().load_state_dict(wrong)


def test_loading_a_declared_parameter_keeps_what_was_loaded():
    with no_init_parameters():
        net = nn.Dense(2, 1, weight_init="ones", bias_init="zeros")
    net.load_state_dict({"weight": f32([5, 6])}, strict=False)
    assert not net.weight.has_init and net.bias.has_init
    net.init_parameters_data()
    assert net.weight.asnumpy().tolist() == [[5, 6]] and net.bias.asnumpy().tolist() == [0]
    assert net(f32([1, 1])).asnumpy().tolist() == [[11]]


def test_load_pre_hooks_see_a_copy_and_may_rename():
    seen = []

    def rename(cell, state, prefix, metadata, strict, missing, unexpected, errors):
        seen.append((prefix, strict, missing, unexpected, errors))
        state["p"] = state.pop("old")

    net = Net()
    state = net.state_dict(keep_vars=True)
    state["old"] = state.pop("p")
    handle = net.register_load_state_dict_pre_hook(rename)
    net.load_state_dict(state)
    assert "old" in state and seen == [("", True, [], [], [])]
    handle.remove()
    with pytest.raises(RuntimeError):
        net.load_state_dict(state)


def test_load_post_hooks_may_clear_the_lists():
    net = Net()
    net.register_load_state_dict_post_hook(lambda cell, keys: keys.missing_keys.clear())
    assert net.load_state_dict({}).missing_keys == []
    net.register_load_state_dict_post_hook(lambda cell, keys: 3)
    with pytest.raises(RuntimeError, match="None"):
        net.load_state_dict({})


def test_an_exception_in_a_load_hook_puts_everything_back():
    def failing(cell, keys):
        raise LookupError("no")

    net = Net()
    net.register_load_state_dict_post_hook(failing)
    with pytest.raises(LookupError):
        net.load_state_dict({"p": f32(9)}, strict=False)
    assert net.p.asnumpy().tolist() == [3]


def test_extra_state_comes_and_goes():
    class Counting(nn.Cell):
        def __init__(self):
            super().__init__()
            self.count = 0

        def get_extra_state(self):
            return {"count": self.count}

        def set_extra_state(self, state):
            self.count = state["count"]

    net = Net()
    net.counting = Counting()
    net.counting.count = 5
    state = net.state_dict()
    assert state["counting._extra_state"] == {"count": 5}
    net.counting.count = 0
    net.load_state_dict(state)
    assert net.counting.count == 5
    del state["counting._extra_state"]
    with pytest.raises(RuntimeError, match="_extra_state"):
        net.load_state_dict(state)
    for call in (lambda: nn.ReLU().get_extra_state(), lambda: nn.ReLU().set_extra_state({})):
        with pytest.raises(RuntimeError):
            call()


# --- buffers -------------------------------------------------------------------------------------------------


def test_register_buffer_keeps_the_very_tensor():
    net, tensor = nn.Cell(), ms.Tensor([1, 2, 3])
    assert net.register_buffer("b", tensor) is None
    assert net.b is tensor and net.get_buffer("b") is tensor
    assert str(net.b) == "[1 2 3]"
    net.register_buffer("b", None)
    assert net.b is None and list(net.buffers()) == []


@pytest.mark.parametrize(
    "args, error",
    [((3, f32(1)), TypeError), (("", f32(1)), KeyError), (("a.b", f32(1)), KeyError), (("p", f32(1)), KeyError),
     (("set_train", f32(1)), KeyError), (("b", 3), TypeError), (("b", np.ones(1)), TypeError)],
)
def test_wrong_arguments_of_register_buffer(args, error):
    net = Net()
    with pytest.raises(error, match="register_buffer"):
        net.register_buffer(*args)


def test_registering_again_replaces_and_sets_persistence():
    net = nn.Cell()
    net.register_buffer("b", f32(1))
    net.register_buffer("b", f32(2), persistent=False)
    assert net.b.asnumpy().tolist() == [2] and list(net.state_dict()) == []


def test_buffers_are_listed_own_ones_first():
    net = Net()
    assert [name for name, _ in net.named_buffers()] == ["mean", "scratch", "inner.seen"]
    assert [name for name, _ in net.named_buffers(prefix="x", recurse=False)] == ["x.mean", "x.scratch"]
    assert [b is t for b, t in zip(net.buffers(), (net.mean, net.scratch, net.inner.seen))] == [True] * 3
    net.inner.again = net.mean
    assert len(list(net.named_buffers())) == 3
    assert len(list(net.named_buffers(remove_duplicate=False))) == 4


def test_get_buffer_by_path():
    net = Net()
    assert net.get_buffer("inner.seen") is net.inner.seen
    for wrong in ("inner.none", "none.seen", "p", "inner", ""):
        with pytest.raises(AttributeError):
            net.get_buffer(wrong)


def test_buffer_checks_its_argument():
    with pytest.raises(ValueError, match="Buffer"):
        nn.Buffer(None)
    for wrong in (3, [1], np.ones(1), "text"):
        with pytest.raises(TypeError, match="Buffer.*got"):
            nn.Buffer(wrong)
    tensor = f32(1, 2)
    buffer = nn.Buffer(tensor)
    tensor[0] = 9
    assert buffer.asnumpy().tolist() == [9, 2]
    assert isinstance(buffer, Tensor) and isinstance(buffer, nn.Buffer)


# --- _params, _buffers, _cells -------------------------------------------------------------------------------


def test_the_registries_are_mappings_that_stay_up_to_date():
    net = Net()
    params, buffers, cells = net._params, net._buffers, net._cells
    assert (list(params), list(buffers), list(cells)) == (["p"], ["mean", "scratch"], ["inner"])
    assert params["p"] is net.p and cells["inner"] is net.inner and buffers["mean"] is net.mean
    net.q = Parameter(f32(1))
    assert list(params) == ["p", "q"] and len(params) == 2 and "q" in params and "x" not in params
    assert [name for name, _ in params.items()] == ["p", "q"]
    assert params.get("x") is None and params.pop("q").name == "q" and not hasattr(net, "q")
    with pytest.raises(KeyError):
        params["inner"]
    assert repr(nn.SequentialCell(nn.ReLU())._cells) == "OrderedDict([('0', ReLU())])"


def test_writing_to_the_registries_registers():
    net = Net()
    relu = net._cells["act"] = nn.ReLU()
    assert net.act is relu
    net._cells["act"] = None
    assert net.act is None
    dense = net._cells["dense"] = nn.Dense(1, 1)
    assert dense.weight.name == "weight"
    parameter = net._params["q"] = Parameter(f32(1))
    assert net.q is parameter
    net._buffers["b"] = f32(1)
    assert net.b.asnumpy().tolist() == [1]
    del net._cells["dense"]
    assert not hasattr(net, "dense")
    for registry, wrong in ((net._params, 3), (net._cells, f32(1)), (net._buffers, nn.ReLU())):
        with pytest.raises(TypeError):
            registry["x"] = wrong
    with pytest.raises(KeyError):
        net._params["inner"] = Parameter(f32(1))


def test_replacing_a_whole_registry():
    net = nn.SequentialCell(nn.ReLU(), nn.Tanh())
    net._cells = collections.OrderedDict(reversed(list(net._cells.items())))
    assert list(net._cells) == ["1", "0"]
    with pytest.raises(TypeError):
        net._cells = {"0": nn.ReLU(), "1": 3}
    assert list(net._cells) == ["1", "0"]
    net._cells.clear()
    assert len(net) == 0


# --- copies --------------------------------------------------------------------------------------------------


def through_pickle(cell):
    return pickle.loads(pickle.dumps(cell))


DEEP = pytest.mark.parametrize("copied", [copy.deepcopy, through_pickle], ids=["deepcopy", "pickle"])


class Whole(nn.Cell):
    """Something of everything."""

    def __init__(self, width=3):
        super().__init__()
        self.width = width
        self.dense = nn.Dense(2, width, activation="relu")
        self.chain = nn.SequentialCell(collections.OrderedDict(a=nn.Tanh(), b=nn.Dense(width, 1)))
        self.blocks = nn.CellList([nn.Identity(), nn.Identity()])
        self.conv = nn.Conv2d(1, 1, 2, weight_init="ones")
        self.scale = Parameter(f32(2), requires_grad=False)
        self.mean = nn.Buffer(f32(1))
        self.register_buffer("scratch", f32(0), persistent=False)
        self.empty = nn.ReLU()
        self.empty = None
        self.weights = ParameterTuple([Parameter(f32(1), name="a"), Parameter(f32(2), name="b")])
        self.notes = {"list": [1, 2]}

    def construct(self, x):
        x = self.chain(self.dense(x)) * self.scale + self.mean
        for block in self.blocks:
            x = block(x)
        return x


@DEEP
def test_a_deep_copy_is_equal_and_its_own(copied):
    net = Whole()
    net.set_train()
    net.add_flags(level=3)
    other = copied(net)
    assert type(other) is Whole and repr(other) == repr(net)
    x = f32([1, 2])
    assert other(x).asnumpy().tolist() == net(x).asnumpy().tolist()
    assert [p.name for p in other.get_parameters()] == [p.name for p in net.get_parameters()]
    assert [p.requires_grad for p in other.get_parameters()] == [p.requires_grad for p in net.get_parameters()]
    assert not {id(p) for p in other.get_parameters()} & {id(p) for p in net.get_parameters()}
    assert list(other.state_dict()) == list(net.state_dict())
    assert (other.training, other.phase, other.level, other.width) == (True, "train", 3, 3)
    assert other.notes == net.notes and other.notes["list"] is not net.notes["list"]
    assert isinstance(other.mean, nn.Buffer) and other.empty is None
    assert isinstance(other.weights, ParameterTuple) and other.weights[0] is other._params["a"]
    other.scale.set_data(f32(7))
    assert net.scale.asnumpy().tolist() == [2]


def test_a_shallow_copy_shares_parameters_and_children():
    net = Whole()
    other = copy.copy(net)
    assert other.dense is net.dense and other.scale is net.scale and other.notes is net.notes
    other.extra = 1
    assert not hasattr(net, "extra")


@DEEP
def test_shared_things_stay_shared(copied):
    net = Whole()
    net.again = net.dense
    net.chain.shared = net.scale
    other = copied(net)
    assert other.again is other.dense and other.chain.shared is other.scale


class MyDense(nn.Dense):
    def __init__(self, extra):
        super().__init__(2, 2, has_bias=False)
        self.extra = extra

    def construct(self, x):
        return super().construct(x) + self.extra


@DEEP
@pytest.mark.parametrize(
    "make",
    [lambda: nn.Dense(2, 3), lambda: MyDense(4), lambda: nn.Conv2d(1, 2, 3, pad_mode="valid", has_bias=True), nn.ReLU,
     lambda: nn.Dropout(p=0.25), lambda: nn.MaxPool2d(2, 2), lambda: nn.SequentialCell(nn.Dense(1, 1), nn.ReLU()),
     lambda: nn.CellList([nn.ReLU()], auto_prefix=False), lambda: nn.CellDict({"a": nn.Dense(1, 1)}),
     lambda: nn.WithLossCell(nn.Dense(1, 1), nn.MSELoss()), lambda: nn.Softmax(0), lambda: nn.Flatten(0)],
)
def test_layers_and_containers_are_copied(copied, make):
    cell = make()
    other = copied(cell)
    assert type(other) is type(cell) and repr(other) == repr(cell)
    assert [(n, p.name, p.asnumpy().tolist()) for n, p in other.parameters_and_names()] == [
        (n, p.name, p.asnumpy().tolist()) for n, p in cell.parameters_and_names()
    ]
    assert other._auto_prefix == cell._auto_prefix


def test_copies_take_hooks_along():
    calls = []
    net = Whole()
    net.dense.register_forward_hook(lambda cell, inputs, out: calls.append(cell))
    other = copy.deepcopy(net)
    other(f32([1, 2]))
    assert len(calls) == 1 and calls[0] is other.dense


def test_declared_parameters_stay_declared_in_a_deep_copy_with_the_same_numbers():
    with no_init_parameters():
        net = nn.Dense(3, 3)
    other = copy.deepcopy(net)
    assert other.weight.has_init and net.weight.has_init
    assert (other.weight.asnumpy() == net.weight.asnumpy()).all()


def test_to_float_is_copied():
    other = copy.deepcopy(nn.SequentialCell(nn.Dense(2, 2)).to_float(ms.float16))
    assert other(f32([1, 2])).dtype == ms.float16


def test_subclasses_may_write_getstate_and_setstate():
    other = copy.deepcopy(Stated())
    assert other.loaded and other.dense.weight.shape == (1, 1)


class Stated(nn.Cell):
    def __init__(self):
        super().__init__()
        self.dense = nn.Dense(1, 1)

    def __getstate__(self):
        return {"mine": 1, "base": super().__getstate__()}

    def __setstate__(self, state):
        super().__setstate__(state["base"])
        self.loaded = state["mine"]


def test_gradients_of_a_copy_are_its_own():
    net = Whole()
    other = copy.deepcopy(net)
    weights = list(other.trainable_params())
    grads = ops.GradOperation(get_by_list=True)(other, weights)(f32([1, 2]))
    assert len(grads) == len(weights)


def test_copies_are_freed(collected):
    other = weakref.ref(copy.deepcopy(Whole()))
    assert collected(other)


class Hooked(nn.Cell):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.calls = []
        self.relu.register_forward_hook(count_call)
        self.handle = self.relu.register_forward_hook(count_call)

    def construct(self, x):
        return self.relu(x)


CALLS = []


def count_call(cell, inputs, output):
    CALLS.append(cell)


@DEEP
def test_a_copied_handle_removes_the_copied_hook(copied):
    net = Hooked()
    other = copied(copied(net))
    CALLS.clear()
    other.handle.remove()
    other.handle.remove()
    net(f32(1))
    other(f32(1))
    assert [c is net.relu for c in CALLS] == [True, True, False]
    assert isinstance(other.handle, type(net.handle))
