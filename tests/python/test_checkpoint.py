"""save_checkpoint, load_checkpoint, load_checkpoint_async and load_param_into_net."""

import os
import stat
import subprocess
import sys
import threading

import numpy as np
import pytest

import nucella as ms
from nucella import nn
from nucella.common.initializer import initializer

KEY = b"0123456789abcdef"


def numbers(value, shape=(256, 256)):
    """A Parameter "w" full of one number."""
    return ms.Parameter(ms.Tensor(np.full(shape, value, np.float32)), name="w")


class Net(nn.Cell):
    """One parameter "w" that would be filled with -7."""

    def __init__(self, shape=(256, 256), dtype=ms.float32):
        super().__init__()
        self.w = ms.Parameter(initializer(-7, shape, dtype), name="w")


def declared(**arguments):
    """A Net whose parameter is not filled."""
    with nn.utils.no_init_parameters():
        return Net(**arguments)


@pytest.fixture
def path(tmp_path):
    """A name for a file."""
    return str(tmp_path / "net.ckpt")


@pytest.mark.parametrize("format", ["ckpt", "safetensors"])
@pytest.mark.parametrize("mmap", [True, False])
def test_net_dict_and_file_are_independent(tmp_path, format, mmap):
    path = str(tmp_path / f"net.{format}")
    ms.save_checkpoint([numbers(2)], path, format=format)
    before = open(path, "rb").read()
    net, other = declared(), Net()
    entries = ms.load_checkpoint(path, net, format=format, mmap=mmap)
    assert not net.w.has_init
    ms.load_param_into_net(other, entries)
    net.w.asnumpy()[0, 0] = 5
    entries["w"].asnumpy()[0, 1] = 6
    assert net.w.asnumpy()[0, :2].tolist() == [5, 2]
    assert entries["w"].asnumpy()[0, :2].tolist() == [2, 6]
    assert (other.w.asnumpy() == 2).all()
    assert open(path, "rb").read() == before


def test_a_net_lies_in_the_file_until_it_is_used(path):
    ms.save_checkpoint([numbers(1, (1 << 14, 1 << 10))], path)  # 64 MiB
    program = f"""
import nucella as ms, resource
from nucella import nn
from nucella.common.initializer import initializer
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = ms.Parameter(initializer("normal", (1 << 14, 1 << 10)), name="w")
with nn.utils.no_init_parameters():
    net = Net()
before = resident()
ms.load_checkpoint({path!r}, net)
assert resident() - before < 4 << 20, resident() - before
assert net.w.asnumpy().sum() == 1 << 24
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_file_cut_short_is_an_error_that_names_it(path):
    ms.save_checkpoint([numbers(1)], path)
    net = declared()
    ms.load_checkpoint(path, net)
    os.truncate(path, 5000)
    with pytest.raises(OSError, match="net.ckpt"):
        net.w + 1
    with pytest.raises(OSError, match="net.ckpt"):
        net.w.asnumpy()


def test_what_numpy_reads_from_a_cut_file_is_an_error_of_the_next_call(path):
    ms.save_checkpoint([numbers(1)], path)
    net = declared()
    ms.load_checkpoint(path, net)
    view = net.w.asnumpy()
    os.truncate(path, 5000)
    assert view[-1, -1] == 0
    with pytest.raises(OSError, match="net.ckpt"):
        ms.Tensor([1.0]) + 1


@pytest.mark.parametrize("mode, length", [("AES-GCM", 16), ("AES-CBC", 16), ("SM4-CBC", 16)])
def test_encryption(path, mode, length):
    ms.save_checkpoint([numbers(3)], path, enc_key=KEY[:length], enc_mode=mode)
    assert (ms.load_checkpoint(path, dec_key=KEY[:length], dec_mode=mode)["w"].asnumpy() == 3).all()
    wrong_key = {"dec_key": b"x" * 16, "dec_mode": mode}
    for arguments in ({}, wrong_key, {"dec_key": "text"}, {"dec_key": KEY, "dec_mode": 1}):
        with pytest.raises(ValueError):
            ms.load_checkpoint(path, **arguments)


def test_wrong_arguments_of_encryption(path):
    for arguments in (
        {"enc_key": "text"},
        {"enc_key": b""},
        {"enc_key": b"short"},
        {"enc_key": KEY, "enc_mode": "ROT13"},
        {"enc_key": KEY, "crc_check": True},
        {"enc_key": KEY, "format": "safetensors"},
    ):
        with pytest.raises(ValueError):
            ms.save_checkpoint([numbers(3)], path, **arguments)
    assert not os.path.exists(path)


@pytest.mark.parametrize("async_save", [True, "thread", "process"])
def test_async_save_holds_the_values_of_the_moment(path, async_save):
    parameter = numbers(1, (1 << 11, 1 << 11))
    ms.save_checkpoint([parameter], path, async_save=async_save)
    parameter.set_data(ms.Tensor(np.full((1 << 11, 1 << 11), 2, np.float32)))
    for thread in threading.enumerate():
        if thread.name == "asyn_save_ckpt":
            thread.join()
    assert (ms.load_checkpoint(path)["w"].asnumpy() == 1).all()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o400


def test_async_save_is_completed_at_the_end_of_the_program(path):
    program = f"""
import numpy as np, nucella as ms
w = ms.Parameter(ms.Tensor(np.ones((1 << 12, 1 << 11), np.float32)), name="w")
ms.save_checkpoint([w], {path!r}, async_save=True)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert (ms.load_checkpoint(path)["w"].asnumpy() == 1).all()


def test_other_values_of_async_save_are_refused(path):
    with pytest.raises(ValueError, match="async_save"):
        ms.save_checkpoint([numbers(1)], path, async_save="later")
    with pytest.raises(TypeError, match="async_save"):
        ms.save_checkpoint([numbers(1)], path, async_save=2)


def test_load_checkpoint_async(path):
    ms.save_checkpoint([numbers(4)], path)
    net = declared()
    future = ms.load_checkpoint_async(path, net, choice_func=lambda name: name == "w")
    assert list(future.result()) == ["w"]
    assert (net.w.asnumpy() == 4).all()
    with pytest.raises(ValueError):
        ms.load_checkpoint_async(path + "_none.ckpt").result()
    with pytest.raises(TypeError):
        ms.load_checkpoint_async(3)


def test_every_mismatch_is_listed_and_nothing_changes(path):
    class Two(nn.Cell):
        def __init__(self):
            super().__init__()
            for name, shape in (("a", (2,)), ("b", (3,)), ("c", (4,))):
                setattr(self, name, ms.Parameter(ms.Tensor(np.zeros(shape, np.float32)), name=name))

    files = [ms.Parameter(ms.Tensor(np.ones(shape, dtype)), name=name)
             for name, shape, dtype in (("a", (2,), np.float32), ("b", (9,), np.float32), ("c", (4,), np.int32))]
    ms.save_checkpoint(files, path)
    net = Two()
    with pytest.raises(RuntimeError, match="(?s)'b'.*'c'"):
        ms.load_checkpoint(path, net)
    assert net.a.asnumpy().tolist() == [0, 0]


@pytest.mark.parametrize("source", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("target", ["float32", "float16", "bfloat16"])
def test_values_are_converted_to_the_nets_dtype(path, source, target):
    ms.save_checkpoint({"w": numbers(1.5).astype(getattr(ms, source))}, path)
    net = declared(dtype=getattr(ms, target))
    ms.load_checkpoint(path, net)
    assert net.w.dtype == getattr(ms, target)
    assert (net.w.float().asnumpy() == 1.5).all()


def test_files_are_converted_both_ways(tmp_path):
    (tmp_path / "a").mkdir()
    ms.save_checkpoint([numbers(3)], str(tmp_path / "a" / "net.ckpt"))
    ms.ckpt_to_safetensors(tmp_path / "a", tmp_path / "b", name_map={"w": "weight"})
    ms.safetensors_to_ckpt(str(tmp_path / "b" / "net.safetensors"), name_map={"weight": "v"})
    assert (ms.load_checkpoint(str(tmp_path / "b" / "net.ckpt"))["v"].asnumpy() == 3).all()


@pytest.mark.parametrize(
    "arguments",
    [{"file_path": 3}, {"file_path": "none"}, {"name_map": 3}, {"save_path": 3}, {"processes_num": 0},
     {"file_name_regex": "("}],
)
def test_wrong_arguments_of_conversions(tmp_path, arguments):
    for convert in (ms.ckpt_to_safetensors, ms.safetensors_to_ckpt):
        with pytest.raises(ValueError):
            convert(**{"file_path": str(tmp_path), **arguments})


def test_what_choice_func_raises_is_a_value_error_of_loading_and_itself_of_saving(path):
    def fails(name):
        raise KeyError(name)

    ms.save_checkpoint([numbers(1)], path)
    for choice_func in (fails, 3):
        with pytest.raises(ValueError, match="choice_func"):
            ms.load_checkpoint(path, choice_func=choice_func)
    with pytest.raises(KeyError):
        ms.save_checkpoint([numbers(1)], path, choice_func=fails)
    assert (ms.load_checkpoint(path)["w"].asnumpy() == 1).all()
