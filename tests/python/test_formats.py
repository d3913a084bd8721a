"""Files of other programs, sets of files, and rules for names, as Python sees them."""

import json
import pathlib

import numpy as np
import pytest

import nucella
from nucella import NameRules, convert_checkpoint, load_checkpoint, nn, save_checkpoint

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"
PT = GOLDEN / "pt"


class Linear(nn.Cell):
    """The layer "fc" of pt/net.pt."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(16, 2)


def test_a_pytorch_file_is_a_dict_of_parameters():
    entries = load_checkpoint(PT / "training.pt", format="pt")
    assert entries["state_dict.fc.weight"].shape == (2, 16)
    assert entries["epoch"].asnumpy() == 7
    assert entries["note"] == "hello π"
    with pytest.raises(ValueError, match="torch.nn.modules.linear.Linear"):
        load_checkpoint(PT / "module.pth", format="pt")


def test_rules_bring_a_pytorch_file_into_a_net():
    net = Linear()
    rules = NameRules(only="state_dict.fc.*", prefixes={"state_dict.": ""}, style="mindspore")
    entries = load_checkpoint(PT / "training.pt", net, format="pt", name_rules=rules)
    assert list(entries) == ["fc.weight", "fc.bias"]
    np.testing.assert_array_equal(net.fc.weight.asnumpy(), entries["fc.weight"].asnumpy())


def test_names_of_norms_both_ways(tmp_path):
    there, back = tmp_path / "net.ckpt", tmp_path / "net.safetensors"
    assert convert_checkpoint(PT / "net.pt", there, NameRules(exclude=["conv.*"], style="mindspore")) == 8
    names = list(load_checkpoint(there))
    assert names[:4] == ["bn.gamma", "bn.beta", "bn.moving_mean", "bn.moving_variance"]
    convert_checkpoint(there, back, NameRules(style="torch"))
    assert "bn.running_var" in load_checkpoint(back, format="safetensors")


def test_gguf_and_npz():
    assert load_checkpoint(GOLDEN / "gguf/plain.gguf", format="gguf")["cube"].shape == (2, 3, 4)
    assert load_checkpoint(GOLDEN / "numpy.npz", format="npz")
    with pytest.raises(ValueError, match="quantised"):
        load_checkpoint(GOLDEN / "gguf/quantised.gguf", format="gguf")


def test_sets_of_files(tmp_path):
    net = Linear()
    save_checkpoint(net, tmp_path / "net.safetensors", format="safetensors", max_shard_bytes=100)
    index = tmp_path / "net.safetensors.index.json"
    assert json.loads(index.read_text())["weight_map"] == {
        "fc.weight": "net-00001-of-00002.safetensors",
        "fc.bias": "net-00002-of-00002.safetensors",
    }
    other = Linear()
    load_checkpoint(index, other, format="safetensors")
    np.testing.assert_array_equal(other.fc.weight.asnumpy(), net.fc.weight.asnumpy())
    assert convert_checkpoint(index, tmp_path / "whole.ckpt") == 2


def test_arguments_are_checked(tmp_path):
    with pytest.raises(ValueError, match="'style'"):
        NameRules(style="jax")
    with pytest.raises(TypeError, match="'prefixes' must be dict"):
        NameRules(prefixes=["a"])
    with pytest.raises(TypeError, match="'only' must be str"):
        NameRules(only=1)
    with pytest.raises(TypeError, match="'name_rules' must be NameRules"):
        load_checkpoint(PT / "net.pt", format="pt", name_rules={})
    with pytest.raises(ValueError, match="must end with one of"):
        convert_checkpoint(PT / "net.pt", tmp_path / "net.pt")
    with pytest.raises(ValueError, match="would both be called"):
        convert_checkpoint(PT / "net.pt", tmp_path / "x.ckpt", NameRules(prefixes={"conv.": "", "fc.": ""}))
    with pytest.raises(TypeError, match="'max_shard_bytes'"):
        save_checkpoint(nucella.nn.Dense(1, 1), tmp_path / "x", format="safetensors", max_shard_bytes="1GB")
