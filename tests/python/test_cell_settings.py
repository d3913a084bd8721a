"""What a Cell is told about compiling, memory and placing: checked, kept, and given back."""

import copy

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import JitConfig, Parameter, Tensor, lazy_inline, nn, ops
from nucella.nn.utils import no_init_parameters


class Add(nn.Cell):
    def construct(self, x, y=None):
        return x if y is None else x + y


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = nn.Dense(2, 3)
        self.second = nn.Dense(3, 2)
        self.frozen = Parameter(f32(1), requires_grad=False)

    def construct(self, x):
        return self.second(ops.tanh(self.first(x)))


def declared(*shape, dtype=ms.float32):
    return Tensor(shape=list(shape), dtype=dtype)


def raises(error, *parts):
    """Expects `error` with all of the parts, in this order, in its text."""
    return pytest.raises(error, match=".*".join(parts))


@pytest.fixture
def net():
    return Net()


@pytest.fixture
def graph_mode():
    ms.set_context(mode=ms.GRAPH_MODE)


# --- inputs and compiling ------------------------------------------------------------------------------------


def test_inputs_are_given_back_as_declared():
    net = Add()
    assert net.get_inputs() is None
    x = declared(3, None)
    assert net.set_inputs(x, 5) is None
    assert len(net.get_inputs()) == 2 and net.get_inputs()[1] == 5
    assert repr(net.get_inputs()[:1]) == "(Tensor(shape=[3, -1], dtype=Float32, value=\n),)"
    net.set_inputs(y=x)
    assert list(net.get_inputs()) == ["y"] and net.get_inputs()["y"].shape == (3, -1)


def test_inputs_go_by_position_or_by_name():
    net = Add()
    with raises(ValueError, r"Add\.set_inputs", "by position or by name"):
        net.set_inputs(declared(1), y=declared(1))
    with raises(ValueError, r"\['x', 'y'\]", "'q'"):
        net.set_inputs(q=declared(1))
    assert net.get_inputs() is None

    class Open(nn.Cell):
        def construct(self, *args):
            return args

    with raises(TypeError, "Open"):
        Open().set_inputs(args=declared(1))


def test_in_graph_mode_inputs_are_counted_and_must_fit(graph_mode):
    net = Add()
    with raises(TypeError, "Add", "3"):
        net.set_inputs(declared(1), declared(1), declared(1))
    with pytest.raises(TypeError):
        net.set_inputs()
    net.set_inputs(declared(3, None), declared(None))
    assert net(Tensor(np.ones((3, 2), np.float32)), f32(1)).shape == (3, 2)
    assert net(Tensor(np.ones((3, 5), np.float32)), f32(1)).shape == (3, 5)
    with raises(ValueError, "Add: input 1", r"\(3, -1\)", r"\(4, 5\)"):
        net(Tensor(np.ones((4, 5), np.float32)), f32(1))
    with raises(ValueError, "input 1", "2 dimensions", "1"):
        net(f32(1, 2, 3), f32(1))
    with raises(TypeError, "input 1", "Float32", "Int32"):
        net(Tensor(np.ones((3, 2), np.int32)), f32(1))
    with raises(TypeError, "input 2", "Tensor", "int"):
        net(Tensor(np.ones((3, 2), np.float32)), 2)


def test_in_pynative_mode_declared_inputs_do_not_matter():
    net = Add()
    net.set_inputs(declared(3, None), declared(None))
    assert net(Tensor(np.ones(7, np.int32))).shape == (7,)


def test_compile_fills_parameters_and_runs_nothing(graph_mode):
    ran = []

    class Counted(nn.Dense):
        def construct(self, x):
            ran.append(x)
            return super().construct(x)

    with no_init_parameters():
        net = Counted(2, 3)
    x = Tensor(np.ones((1, 2), np.float32))
    assert net.compile(x) is None
    assert not net.weight.has_init and ran == []
    assert (net.compile_and_run(x).asnumpy() == net(x).asnumpy()).all() and len(ran) == 2
    net.set_inputs(declared(None, 2))
    with raises(ValueError, "input 1"):
        net.compile(Tensor(np.ones((1, 3), np.float32)))


def test_the_first_jit_config_stays(net):
    first = JitConfig(jit_level="O1")
    assert net.set_jit_config(first) is None
    assert net.set_jit_config(JitConfig(jit_level="O0")) is None
    x = Tensor(np.ones((1, 2), np.float32))
    assert net(x).shape == (1, 2)
    for wrong in ({"jit_level": "O1"}, "O1", None):
        with raises(AttributeError, "jit_config", "JitConfig", "got"):
            net.set_jit_config(wrong)


def test_jit_config_checks_its_settings():
    assert JitConfig(jit_level="O2").jit_config_dict == {
        "jit_level": "O2", "exc_mode": "auto", "jit_syntax_level": "", "debug_level": "RELEASE", "infer_boost": "off",
        "backend": "GE",
    }
    assert JitConfig(own=3).jit_config_dict["own"] == 3
    for setting, wrong in [("jit_level", "O9"), ("exc_mode", "x"), ("jit_syntax_level", 3), ("debug_level", "INFO"),
                           ("infer_boost", True)]:
        with raises(ValueError, "JitConfig", setting, "got", str(wrong)):
            JitConfig(**{setting: wrong})


def test_bprop_debug_is_a_bool(net):
    assert net.bprop_debug is False
    net.bprop_debug = True
    assert net.bprop_debug is True
    for wrong in (1, "yes", None):
        with raises(TypeError, r"Cell\.bprop_debug", "bool", "got"):
            net.bprop_debug = wrong
    assert net.bprop_debug is True


def test_bprop_runs_in_python_with_bprop_debug_or_without():
    class Tripled(nn.Cell):
        def construct(self, x):
            return 2 * x

        def bprop(self, x, out, dout):
            return (3 * dout,)

    for debug in (False, True):
        cell = Tripled()
        cell.bprop_debug = debug
        assert ops.GradOperation()(cell)(f32(1)).asnumpy().tolist() == [3]


# --- lazy_inline, recompute, offload -------------------------------------------------------------------------


def test_lazy_inline_leaves_the_cell_as_it_is():
    class Block(nn.Cell):
        @lazy_inline
        def __init__(self, width, scale=1):
            """Makes one layer."""
            super().__init__()
            self.dense = nn.Dense(width, width)
            self.scale = scale

        def construct(self, x):
            return self.scale * self.dense(x)

    block = Block(2, scale=3)
    assert Block.__init__.__doc__ == "Makes one layer." and block.scale == 3
    assert [p.name for p in block.get_parameters()] == ["dense.weight", "dense.bias"]
    x = Tensor(np.ones((1, 2), np.float32))
    assert (block(x).asnumpy() == 3 * block.dense(x).asnumpy()).all()
    assert type(copy.deepcopy(block)) is Block


def test_lazy_inline_takes_attrs_and_a_policy():
    def make(**options):
        class Block(nn.Cell):
            @lazy_inline(**options)
            def __init__(self):
                super().__init__()

        return Block()

    assert isinstance(make(attrs=["width"]), nn.Cell) and isinstance(make(policy="front"), nn.Cell)
    assert isinstance(make(attrs="width", policy=None), nn.Cell)
    with raises(ValueError, "policy", "front", "got", "back"):
        make(policy="back")


def test_an_exception_in_a_lazy_inline_init_passes():
    class Broken(nn.Cell):
        @lazy_inline
        def __init__(self):
            super().__init__()
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        Broken()


def test_recompute_gives_the_same_gradients_and_runs_twice(net):
    runs = []

    class Counted(Net):
        def construct(self, x):
            runs.append(1)
            return super().construct(x)

    counted = Counted()
    counted.load_state_dict(net.state_dict())
    assert counted.recompute() is None
    x = Tensor(np.array([[1.0, -2.0]], np.float32))
    gradient = ops.GradOperation(get_all=True, get_by_list=True)
    expected = gradient(net, net.trainable_params())(x)
    got = gradient(counted, counted.trainable_params())(x)
    assert len(runs) == 2
    assert (expected[0][0].asnumpy() == got[0][0].asnumpy()).all()
    assert all((a.asnumpy() == b.asnumpy()).all() for a, b in zip(expected[1], got[1], strict=True))
    assert counted(x).shape == (1, 2) and len(runs) == 3


def test_recompute_checks_its_options(net):
    assert net.recompute(mp_comm_recompute=False, parallel_optimizer_comm_recompute=True) is None
    with raises(ValueError, r"Cell\.recompute", "'more'"):
        net.recompute(more=True)
    with raises(TypeError, "mp_comm_recompute", "bool", "got"):
        net.recompute(mp_comm_recompute=1)
    with pytest.raises(TypeError):
        net.recompute(True)


def test_offload_takes_auto_or_a_positive_number(net):
    for good in ((), ("Auto",), (1,), (100,)):
        assert net.offload(*good) is None
    assert net.offload(backward_prefetch=20) is None
    for wrong in ("auto", "", 0, -1):
        with raises(ValueError, "backward_prefetch", "Auto", "got"):
            net.offload(wrong)
    for wrong in (1.5, None, [1]):
        with raises(TypeError, "backward_prefetch", "got"):
            net.offload(wrong)
    x = Tensor(np.ones((1, 2), np.float32))
    expected = copy.deepcopy(net)(x).asnumpy()
    assert (net(x).asnumpy() == expected).all()


def test_flatten_weights_puts_them_into_one_block_without_changing_them(net):
    net.half = Parameter(Tensor([1.5, 2.5], ms.float16))
    parameters = net.trainable_params()
    before = [p.asnumpy().copy() for p in parameters]
    frozen = net.frozen.asnumpy().__array_interface__["data"]
    assert net.flatten_weights() is None
    assert all(a is b for a, b in zip(parameters, net.trainable_params(), strict=True))
    assert all((p.asnumpy() == b).all() for p, b in zip(parameters, before, strict=True))
    ranges = sorted((p.asnumpy().ctypes.data, p.nbytes) for p in parameters if p.dtype == ms.float32)
    assert ranges[-1][0] + ranges[-1][1] - ranges[0][0] <= sum(n for _, n in ranges) + 64 * len(ranges)
    assert net.frozen.asnumpy().__array_interface__["data"] == frozen
    net.first.weight.asnumpy()[:] = 7
    position = [p is net.first.bias for p in parameters].index(True)
    assert (net.first.bias.asnumpy() == before[position]).all()
    x = Tensor(np.ones((1, 2), np.float32))
    optimizer = nn.Momentum(net.trainable_params(), 0.1, 0.9)
    nn.TrainOneStepCell(nn.WithLossCell(net, nn.MSELoss()), optimizer)(x, x)
    assert all((p.asnumpy() != b).any() for p, b in zip(parameters[-2:], before[-2:], strict=True))


def test_flatten_weights_checks_the_size_of_its_blocks(net):
    assert net.flatten_weights(fusion_size=64) is None and net.flatten_weights(0) is None
    with raises(ValueError, "fusion_size", "got", "-1"):
        net.flatten_weights(-1)
    with pytest.raises(TypeError):
        net.flatten_weights("big")


# --- casts ---------------------------------------------------------------------------------------------------


def test_cast_inputs_goes_into_tuples_and_leaves_the_rest(net):
    whole = Tensor([1, 2])
    cast = net.cast_inputs((f32(1), (f32(2), whole), 3, "text", None), ms.float16)
    assert cast[0].dtype == ms.float16 and cast[1][0].dtype == ms.float16
    assert cast[1][1].dtype == ms.float16 and whole.dtype == ms.int64 and cast[2:] == (3, "text", None)
    with raises(TypeError, r"Cell\.cast_inputs", "dst_type"):
        net.cast_inputs((f32(1),), "float16")


def test_auto_cast_inputs_follows_to_float(net):
    x = f32(1)
    assert net.auto_cast_inputs((x,))[0].dtype == ms.float32
    net.to_float(ms.float16)
    got = net.auto_cast_inputs((x, Tensor([1]), 3))
    assert [getattr(v, "dtype", v) for v in got] == [ms.float16, ms.int64, 3]
    assert x.dtype == ms.float32


def test_cast_param_follows_to_float(net):
    weight = net.first.weight
    assert net.cast_param(weight).dtype == ms.float32
    net.to_float(ms.bfloat16)
    assert net.cast_param(weight).dtype == ms.bfloat16 and weight.dtype == ms.float32
    for wrong in (f32(1), 3, None):
        with raises(TypeError, r"Cell\.cast_param", "Parameter", "got"):
            net.cast_param(wrong)


# --- placing and parts of several processes ------------------------------------------------------------------


def test_place_checks_role_and_rank(net):
    assert net.place("MS_WORKER", 0) is None
    for role in ("MS_SERVER", "", "worker"):
        with raises(ValueError, r"\.place", "role", "MS_WORKER", "got"):
            net.place(role, 0)
    with raises(ValueError, "rank_id", "got -1"):
        net.place("MS_WORKER", -1)
    for wrong in [(3, 0), ("MS_WORKER", "0"), ("MS_WORKER",), ()]:
        with pytest.raises(TypeError):
            net.place(*wrong)
    assert net(Tensor(np.ones((1, 2), np.float32))).shape == (1, 2)


def test_shard_returns_what_is_called_in_the_cells_place(net):
    sharded = net.shard(((2, 1),), parameter_plan={"self.first.weight": (3, 1)}, device="CPU", level=1)
    x = Tensor(np.ones((1, 2), np.float32))
    assert callable(sharded) and (sharded(x).asnumpy() == net(x).asnumpy()).all()


WRONG_STRATEGIES = [
    (TypeError, "in_strategy", dict(in_strategy=3)), (TypeError, "in_strategy", dict(in_strategy=None)),
    (TypeError, "tuple of tuples", dict(in_strategy=(1,))), (TypeError, "ints", dict(in_strategy=((1.5,),))),
    (TypeError, "out_strategy", dict(in_strategy=((1,),), out_strategy=3)),
    (TypeError, "parameter_plan", dict(in_strategy=((1,),), parameter_plan=[1])),
    (TypeError, "parameter_plan", dict(in_strategy=((1,),), parameter_plan={"first.weight": 3})),
    (ValueError, "axis", dict(in_strategy=((1,),), parameter_plan={"first.weight": (1,)})),
    (ValueError, "cannot be cut into 2", dict(in_strategy=((1,),), parameter_plan={"first.weight": (2, 1)})),
    (ValueError, "device", dict(in_strategy=((1,),), device="TPU")),
    (ValueError, "level", dict(in_strategy=((1,),), level=3)),
]


@pytest.mark.parametrize("error, text, arguments", WRONG_STRATEGIES)
def test_shard_refuses_wrong_arguments(net, error, text, arguments):
    with raises(error, r"Net\.shard", text):
        net.shard(**arguments)
    assert net.shard(((1, 1),), parameter_plan={"first.weight": (3, 1)}) is net


def test_set_data_parallel_changes_no_number(net):
    x = Tensor(np.ones((1, 2), np.float32))
    before = net(x).asnumpy()
    assert net.set_data_parallel() is None
    assert (net(x).asnumpy() == before).all()


def test_pipeline_stage_is_missing_until_it_is_set(net):
    with raises(AttributeError, "'Net' object has no attribute 'pipeline_stage'"):
        _ = net.pipeline_stage
    assert not hasattr(net, "pipeline_stage")
    net.pipeline_stage = 1
    assert net.pipeline_stage == 1
    for wrong in (True, 1.5, "1", None):
        with raises(TypeError, r"Cell\.pipeline_stage", "int", "got"):
            net.pipeline_stage = wrong
    with raises(ValueError, "pipeline_stage", "-1"):
        net.pipeline_stage = -1
    assert net.pipeline_stage == 1


def test_infer_param_pipeline_stage_lists_the_parameters_of_this_stage(net):
    net.first.pipeline_stage = 0
    with raises(RuntimeError, "infer_param_pipeline_stage", "second.weight", "no stage"):
        net.infer_param_pipeline_stage()
    net.second.pipeline_stage = 1
    found = net.infer_param_pipeline_stage()
    assert isinstance(found, list) and [p.name for p in found] == ["first.weight", "first.bias"]
    assert found[0] is net.first.weight


def test_parameter_layout_dict_is_a_dict(net):
    assert net.parameter_layout_dict == {}
    layout = {"first.weight": [[2], [0, -1], [2, 3], 0, True, "0-2"]}
    net.parameter_layout_dict = layout
    assert net.parameter_layout_dict == layout
    for wrong in ([], None, "text", 3):
        with raises(TypeError, "parameter_layout_dict", "dict", "got"):
            net.parameter_layout_dict = wrong
    assert net.parameter_layout_dict == layout


def test_set_param_ps_says_that_there_is_no_parameter_server(net):
    net.own = Parameter(f32(1))
    for arguments in ({}, {"recurse": False}, {"init_in_server": True}):
        with raises(RuntimeError, "set_param_ps", "parameter server"):
            net.set_param_ps(**arguments)
    with raises(RuntimeError, "set_param_ps", "parameter server"):
        net.frozen.set_param_ps()


@pytest.mark.parametrize("recurse, expected", [(True, [2, 2]), (False, [2, 1])])
def test_set_comm_fusion_reaches_children_with_recurse(net, recurse, expected):
    net.own = Parameter(f32(1))
    assert net.set_comm_fusion(2, recurse=recurse) is net
    assert [net.own.comm_fusion, net.first.weight.comm_fusion] == expected
    assert net.frozen.comm_fusion == 1
