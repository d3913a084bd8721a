"""no_init_parameters: parameters that are declared, and when they are filled."""

import gc
import os
import threading

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, nn, ops, set_seed
from nucella.common.initializer import initializer
from nucella.nn.utils import no_init_parameters


def declared(make):
    with no_init_parameters():
        return make()


def test_only_what_initializer_made_stays_declared():
    with no_init_parameters():
        assert Parameter(initializer("normal", [2])).has_init
        for value in (f32(1), np.ones(2), 3, 1.5, [1, 2]):
            assert not Parameter(value).has_init
        for layer in (nn.Dense(2, 2), nn.Conv2d(1, 1, 2)):
            assert all(p.has_init for p in layer.get_parameters())
    assert not Parameter(initializer("normal", [2])).has_init


def test_it_yields_none_and_ends_with_an_exception():
    with no_init_parameters() as nothing:
        assert nothing is None
    with pytest.raises(LookupError):
        with no_init_parameters():
            raise LookupError
    assert not nn.Dense(1, 1).weight.has_init


def test_it_nests():
    with no_init_parameters():
        with no_init_parameters():
            pass
        assert nn.Dense(1, 1).weight.has_init
    assert not nn.Dense(1, 1).weight.has_init


def test_as_a_decorator_it_works_each_time():
    @no_init_parameters()
    def make():
        return nn.Dense(1, 1)

    assert make().weight.has_init and make().weight.has_init
    assert not nn.Dense(1, 1).weight.has_init


def test_shape_dtype_and_repr_are_there_and_the_recipe():
    parameter = declared(lambda: Parameter(initializer("ones", [2, 3]), name="x"))
    assert (parameter.shape, parameter.dtype, parameter.size, parameter.nbytes) == ((2, 3), ms.float32, 6, 24)
    assert repr(parameter) == "Parameter (name=x, shape=(2, 3), dtype=Float32, requires_grad=True)"
    assert parameter.has_init and type(parameter.init_mode.init).__name__ == "One"
    assert parameter.init_data() is parameter and not parameter.has_init and parameter.init_mode is None


USES = {
    "asnumpy": lambda p: p.asnumpy(), "add": lambda p: p + 1, "item": lambda p: p[0], "op": ops.relu,
    "compare": lambda p: p == p, "value": lambda p: p.value().asnumpy(), "float": lambda p: float(p[0]),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_the_first_use_fills_it(use):
    parameter = declared(lambda: Parameter(initializer("ones", [1])))
    use(parameter)
    assert not parameter.has_init and parameter.asnumpy().tolist() == [1]


def test_a_write_before_any_use_stays():
    for write in (
        lambda p: p.set_data(f32(5, 6)),
        lambda p: p.__setitem__(slice(None), f32(5, 6)),
        lambda p: ops.assign(p, f32(5, 6)),
    ):
        parameter = declared(lambda: Parameter(initializer("ones", [2])))
        write(parameter)
        assert parameter.asnumpy().tolist() == [5, 6] and not parameter.has_init


def test_a_write_to_a_part_fills_the_rest():
    parameter = declared(lambda: Parameter(initializer("ones", [2])))
    parameter[0] = 5
    assert parameter.asnumpy().tolist() == [5, 1]


def test_late_and_early_give_the_same_numbers():
    def make():
        return nn.SequentialCell(nn.Dense(3, 4), nn.Conv2d(1, 2, 3), nn.Dense(4, 5))

    set_seed(5)
    early = [p.asnumpy() for p in make().get_parameters()]
    set_seed(5)
    net = declared(make)
    late = [p.asnumpy() for p in reversed(list(net.get_parameters()))]
    assert all((a == b).all() for a, b in zip(early, reversed(late)))


def test_saving_fills_and_loading_replaces(tmp_path):
    net = declared(lambda: nn.Dense(2, 2))
    ms.save_checkpoint(net, str(tmp_path / "net.ckpt"))
    assert not net.weight.has_init
    other = declared(lambda: nn.SequentialCell(nn.Dense(2, 2), nn.Dense(2, 2)))
    ms.load_checkpoint(str(tmp_path / "net.ckpt"), net=declared(lambda: nn.Dense(2, 2)))
    loaded = ms.load_checkpoint(str(tmp_path / "net.ckpt"))
    ms.load_param_into_net(other, {f"0.{name}": value for name, value in loaded.items()})
    assert [p.has_init for p in other.get_parameters()] == [False, False, True, True]
    assert (other[0].weight.asnumpy() == net.weight.asnumpy()).all()


def test_threads_fill_a_parameter_once():
    parameter = declared(lambda: Parameter(initializer("normal", [1000, 100])))
    results = []
    threads = [threading.Thread(target=lambda: results.append(parameter.asnumpy().copy())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((r == results[0]).all() for r in results)


def memory():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_declared_net_takes_no_memory():
    gc.collect()
    before = memory()
    net = declared(lambda: nn.CellList([nn.Dense(4096, 3200) for _ in range(10)]))
    assert memory() - before < 8 << 20
    assert sum(p.nbytes for p in net.get_parameters()) > 500 << 20


def test_an_optimizer_leaves_parameters_declared():
    net = declared(lambda: nn.Dense(2, 2))
    momentum = getattr(nn, "Momentum", None)
    if momentum is None:
        assert net.weight.has_init
        return
    momentum(net.trainable_params(), 0.1, 0.9)
    assert net.weight.has_init
