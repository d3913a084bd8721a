"""None where something else is expected: the error is nucella's own and says what."""

import re

import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, _core, nn, ops


def signatures():
    """(name, signature) of whatever the core gives to Python."""
    for name, value in {**vars(_core), **vars(_core.initializers)}.items():
        for member, function in vars(value).items() if isinstance(value, type) else [("", value)]:
            setter = getattr(function, "fset", None)
            for one in (function, setter) if setter else (function,):
                for text, *_ in getattr(one, "__nb_signature__", None) or ():
                    yield f"{name}.{member}", text


def test_whoever_takes_any_object_takes_none():
    # Arguments without a name are those of operators, which Python itself asks for another opinion.
    turned_away = [name for name, text in signatures()
                   if re.search(r"\b(?!arg\d*\b)\w+: object(?! \| None)", text.split("->")[0])]
    assert len(list(signatures())) > 300 and turned_away == []


REFUSED = {
    "Dense": (lambda: nn.Dense(None, 3), "Dense.*in_channels.*int.*got NoneType"),
    "Dense.has_bias": (lambda: nn.Dense(2, 3, has_bias=None), "Dense.*has_bias.*bool.*got NoneType"),
    "Conv2d": (lambda: nn.Conv2d(1, 1, None), "Conv2d.*kernel_size.*int.*got NoneType"),
    "Dropout": (lambda: nn.Dropout(None), "Dropout.*keep_prob.*float.*got NoneType"),
    "Momentum": (lambda: nn.Momentum(None, 0.1, 0.9), "Momentum.*params.*must not be None"),
    "Momentum.lr": (lambda: nn.Momentum([Parameter(1.0)], None, 0.9), "Momentum.*learning_rate.*got NoneType"),
    "WithLossCell": (lambda: nn.WithLossCell(None, nn.MSELoss()), "WithLossCell.*backbone.*Cell.*got NoneType"),
    "TrainOneStepCell": (lambda: nn.TrainOneStepCell(nn.ReLU(), None), "TrainOneStepCell.*optimizer.*got NoneType"),
    "CellList": (lambda: nn.CellList([nn.ReLU()])[None], "index.*int.*got NoneType"),
    "CellList.set": (lambda: nn.CellList([nn.ReLU()]).__setitem__(0, None), "CellList.*cell.*Cell.*got NoneType"),
    "CellDict": (lambda: nn.CellDict({"a": nn.ReLU()}).pop(None), "CellDict.*key.*str.*got NoneType"),
    "Softmax": (lambda: nn.Softmax(None), "Softmax.*axis.*got NoneType"),
    "offload": (lambda: nn.ReLU().offload(None), "offload.*backward_prefetch.*got NoneType"),
    "cast_inputs": (lambda: nn.ReLU().cast_inputs((f32(1),), None), "cast_inputs.*dst_type"),
    "set_dtype": (lambda: Parameter(1.0).set_dtype(None), "set_dtype.*dtype"),
    "split": (lambda: ops.split(f32(1, 2), None), "split.*split_size_or_sections"),
    "save_checkpoint": (lambda: ms.save_checkpoint(None, "x"), "save_checkpoint.*save_obj.*got NoneType"),
    "load_param_into_net": (lambda: ms.load_param_into_net(None, {}), "load_param_into_net.*net.*got NoneType"),
    "load_param_into_net.2": (lambda: ms.load_param_into_net(nn.ReLU(), None), "load_param.*parameter_dict"),
    "moveaxis": (lambda: Tensor([[1]]).moveaxis(None, 0), "moveaxis.*source.*got NoneType"),
    "all_finite": (lambda: ms.amp.all_finite(None), "all_finite.*inputs.*got NoneType"),
    "JitConfig": (lambda: nn.ReLU().set_jit_config(None), "set_jit_config.*JitConfig.*got NoneType"),
    "unique": (lambda: setattr(Parameter(1.0), "unique", None), "unique.*bool.*got NoneType"),
    "data": (lambda: setattr(Parameter(1.0), "data", None), "set_data.*data.*got NoneType"),
    "phase": (lambda: setattr(nn.ReLU(), "phase", None), "phase.*str.*got NoneType"),
}


@pytest.mark.parametrize("call, text", REFUSED.values(), ids=REFUSED)
def test_none_is_refused_by_name(call, text):
    with pytest.raises((TypeError, AttributeError, ValueError), match=text) as caught:
        call()
    assert "incompatible function arguments" not in str(caught.value)
