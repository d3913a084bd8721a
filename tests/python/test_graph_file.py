"""export, load and GraphCell: nets that run without the code that built them."""

import numpy as np
import pytest

import nucella as ms
from nucella import Parameter, Tensor, nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.dense = nn.Dense(3, 4, activation="relu")
        self.scale = Parameter(np.float32([1, 2, 3, 4]))
        self.calls = Parameter(Tensor(0.0, ms.float32), requires_grad=False)

    def construct(self, x, factor):
        self.calls += 1.0
        y = self.dense(x) * self.scale * factor
        return ops.softmax(y, -1), y.reshape(-1)


@pytest.fixture
def net():
    ms.set_seed(3)
    return Net()


X = Tensor(np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32))


def exported(net, tmp_path, *inputs, **kwargs):
    path = str(tmp_path / "net.mindir")
    ms.export(net, *inputs, file_name=path, file_format="MINDIR", **kwargs)
    return path


def test_a_graph_runs_as_its_net(net, tmp_path):
    graph = nn.GraphCell(ms.load(exported(net, tmp_path, X, 2.0)))
    assert net.calls.asnumpy() == 0
    for calls in (1, 2):
        for got, expected in zip(graph(X), net(X, 2.0)):
            assert (got.asnumpy() == expected.asnumpy()).all()
        assert [p.name for p in graph.get_parameters() if p.asnumpy().shape == ()] == ["calls"]
        assert graph.parameters_dict()["calls"].asnumpy() == calls


def test_values_for_its_parameters(net, tmp_path):
    path = exported(net, tmp_path, X, 1.0)
    graph = nn.GraphCell(ms.load(path), params_init={"scale": Tensor(np.zeros(4, np.float32))})
    assert (graph(X)[1].asnumpy() == 0).all()
    ms.save_checkpoint(graph, str(tmp_path / "graph.ckpt"))
    assert set(ms.load_checkpoint(str(tmp_path / "graph.ckpt"))) == set(net.parameters_dict())


def test_a_graph_can_be_trained(net, tmp_path):
    class Loss(nn.Cell):
        def __init__(self):
            super().__init__()
            self.net = net

        def construct(self, x):
            return (self.net.dense(x) ** 2).sum()

    graph = nn.GraphCell(ms.load(exported(Loss(), tmp_path, X)))
    step = nn.TrainOneStepCell(graph, nn.SGD(graph.trainable_params(), learning_rate=0.01))
    losses = [float(step(X)) for _ in range(5)]
    assert losses == sorted(losses, reverse=True) and losses[4] < losses[0]


def test_encryption(net, tmp_path):
    key = b"0123456789abcdef"
    path = exported(net, tmp_path, X, 1.0, enc_key=key)
    with pytest.raises(ValueError, match="without its key"):
        ms.load(path)
    graph = nn.GraphCell(ms.load(path, dec_key=key))
    assert (graph(X)[1].asnumpy() == net(X, 1.0)[1].asnumpy()).all()


def test_what_is_wrong(net, tmp_path):
    with pytest.raises(ValueError, match="file_format"):
        ms.export(net, X, 1.0, file_name="net", file_format="AIR")
    with pytest.raises(NotImplementedError, match="ONNX"):
        ms.export(net, X, 1.0, file_name="net", file_format="ONNX")
    with pytest.raises(TypeError, match="net"):
        ms.export("net", X, file_name=str(tmp_path / "a"), file_format="MINDIR")
    with pytest.raises(ValueError, match="mindir"):
        ms.load("net.ckpt")
    with pytest.raises(TypeError, match="FuncGraph"):
        nn.GraphCell("net.mindir")
    graph = ms.load(exported(net, tmp_path, X, 1.0))
    with pytest.raises(TypeError, match="params_init"):
        nn.GraphCell(graph, params_init=[1])
    with pytest.raises(ValueError, match="shape"):
        nn.GraphCell(graph)(Tensor(np.ones((5, 3), np.float32)))
