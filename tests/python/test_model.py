"""Model: training, evaluation, prediction; the order of events; data of any form; errors."""

import numpy as np
import pytest
from training import LABELS, Recorder, X, batches, make_model

import nucella
from nucella import Tensor, nn
from nucella import dataset as ds
from nucella.train import MAE, Accuracy, Callback, Loss, LossMonitor, Model

STEP = ["on_train_step_begin", "on_train_step_end"]
EVAL_STEP = ["on_eval_step_begin", "on_eval_step_end"]
EVAL = ["on_eval_begin", "on_eval_epoch_begin", *EVAL_STEP * 5, "on_eval_epoch_end", "on_eval_end"]


def epoch(*between, steps=5):
    return ["on_train_epoch_begin", *STEP * steps, *between, "on_train_epoch_end"]


def test_training_learns():
    model = make_model()
    before = model.eval(batches())
    model.train(10, batches())
    after = model.eval(batches())
    assert list(after) == ["acc", "loss"]
    assert after["loss"] < before["loss"] / 2 and after["acc"] > 0.9


def test_events_of_training_evaluation_and_fit():
    recorder = Recorder()
    model = make_model()
    model.train(2, batches(), recorder)
    assert recorder.events == ["on_train_begin", *epoch() * 2, "on_train_end"]
    recorder = Recorder()
    model.eval(batches(), [recorder])
    assert recorder.events == EVAL
    recorder = Recorder()
    model.fit(2, batches(), batches(), callbacks=recorder)
    assert recorder.events == ["on_train_begin", *epoch(*EVAL) * 2, "on_train_end"]


@pytest.mark.parametrize(("frequency", "epochs"), [(2, [4, 6]), ([1, 4], [4]), ([7], [])])
def test_fit_evaluates_after_the_epochs_asked_for(frequency, epochs):
    class Epochs(Callback):
        def __init__(self):
            self.seen = []

        def on_eval_end(self, run_context):
            self.seen.append(run_context.original_args().cur_epoch_num)

    callback = Epochs()
    make_model().fit(6, batches(), batches(), frequency, callback, initial_epoch=2)
    assert callback.seen == epochs


def test_what_callbacks_are_told():
    class Look(Callback):
        def on_train_epoch_end(self, run_context):
            params = run_context.original_args()
            assert (params.cur_step_num, params.batch_num, params.mode) == (5 * params.cur_epoch_num, 5, "train")
            assert params.net_outputs.shape == () and len(params.train_dataset_element) == 2
            assert params.eval_results == {**params.metrics, "eval_loss": params.metrics["loss"]}

        def on_eval_step_end(self, run_context):
            params = run_context.original_args()
            assert (params.batch_num, params.mode) == (2, "eval")
            assert not params.eval_network.training and not params.network.training

    model = make_model()
    model.fit(2, batches(), batches(10), callbacks=Look())
    recorder = Recorder()
    model.train(1, batches(), recorder)
    assert recorder.params.network is model.predict_network
    assert recorder.params.train_network is model.train_network
    assert recorder.params.epoch_num == 1 and "metrics" not in recorder.params


@pytest.mark.parametrize(
    "stop_at", ["on_train_begin", "on_train_epoch_begin", "on_train_step_begin", "on_train_step_end"]
)
def test_a_stop_ends_after_the_step(stop_at):
    recorder = Recorder(stop_at)
    make_model().train(3, batches(), recorder)
    assert recorder.events == ["on_train_begin", *epoch(steps=1), "on_train_end"]


def test_a_stop_at_the_end_of_an_epoch_and_in_an_evaluation():
    recorder = Recorder("on_train_epoch_end")
    make_model().train(3, batches(), recorder)
    assert recorder.events == ["on_train_begin", *epoch(), "on_train_end"]
    recorder = Recorder("on_eval_step_end")
    make_model().fit(2, batches(), batches(), callbacks=recorder)
    assert recorder.events.count("on_eval_step_end") == recorder.events.count("on_train_epoch_end") == 2


def test_an_exception_reaches_the_caller_and_leaves_callbacks():
    class Fails(Callback):
        def __enter__(self):
            self.left = None
            return self

        def on_train_step_end(self, run_context):
            raise KeyError("mine")

        def on_train_end(self, run_context):
            raise AssertionError("the run did not end")

        def __exit__(self, *err):
            self.left = err[0]

    callback = Fails()
    with pytest.raises(KeyError, match="mine"):
        make_model().train(1, batches(), callback)
    assert callback.left is KeyError


def generator():
    yield from batches()


@pytest.mark.parametrize(
    "data",
    [
        batches(),
        [list(batch) for batch in batches()],
        [{"data": x, "label": y} for x, y in batches()],
        [(Tensor(x), Tensor(y)) for x, y in batches()],
        generator(),
        ds.NumpySlicesDataset((X, LABELS), shuffle=False).batch(4),
        ds.GeneratorDataset(list(zip(X, LABELS)), ["data", "label"], shuffle=False).batch(4),
    ],
    ids=["tuples", "lists", "dicts", "tensors", "generator", "slices", "rows"],
)
def test_data_of_any_form(data):
    model = make_model()
    recorder = Recorder()
    model.train(1, data, recorder)
    assert recorder.params.cur_step_num == recorder.params.batch_num == 5
    expected = make_model()
    expected.train(1, batches())
    assert model.predict_network.weight.asnumpy().tolist() == expected.predict_network.weight.asnumpy().tolist()


def test_data_that_can_be_read_once():
    with pytest.raises(ValueError, match="read once, not 2 times"):
        make_model().train(2, generator())
    make_model().train(2, generator(), initial_epoch=1)


def test_a_net_that_gives_its_own_loss_takes_any_number_of_inputs():
    class Sum(nn.Cell):
        def __init__(self):
            super().__init__()
            self.weight = nucella.Parameter(Tensor(np.ones(1, np.float32)), name="weight")

        def construct(self, a, b, c):
            return self.weight * (a + b + c)

    net = Sum()
    model = Model(net, optimizer=nn.SGD(net.trainable_params(), 0.5))
    recorder = Recorder()
    model.train(1, [(np.float32([1]), np.float32([2]), np.float32([3]))], recorder)
    assert net.weight.asnumpy().tolist() == [-2.0] and recorder.params.net_outputs.asnumpy() == [6]


def test_without_an_optimizer_nothing_changes():
    net = nn.Dense(4, 2)
    before = net.weight.asnumpy().tolist()
    model = Model(net)
    model.train(1, [(X,)])
    assert net.weight.asnumpy().tolist() == before
    assert model.train_network is model.predict_network is net and model.eval_network is None


class Judge(nn.Cell):
    def construct(self, a, b):
        return Tensor(3.0), a, b


def test_metrics_of_an_evaluation_network():
    net = nn.Dense(4, 2)
    data = [(X, X + 1)]
    with_indexes = Model(net, eval_network=Judge(), eval_indexes=[0, 1, 2], metrics={"mae", "loss"})
    assert with_indexes.eval(data) == {"loss": 3.0, "mae": pytest.approx(4)}
    chosen = Model(net, eval_network=Judge(), metrics={"m": MAE().set_indexes([1, 2]), "l": Loss().set_indexes([0])})
    assert chosen.eval(data) == {"m": pytest.approx(4), "l": 3.0}
    with pytest.raises(ValueError, match="Loss.update: expected 1 inputs"):
        Model(net, eval_network=Judge(), metrics={"loss"}).eval(data)
    with pytest.raises(RuntimeError, match="no samples"):
        with_indexes.eval([])


def test_evaluation_twice_begins_anew():
    model = make_model()
    assert model.eval(batches()) == model.eval(batches())
    assert not model.predict_network.training


def test_predict():
    model = make_model()
    model.predict_network.set_train(True)
    out = model.predict(Tensor(X))
    assert out.shape == (20, 2) and not model.predict_network.training
    assert model.predict(Tensor(X), backend="lite").asnumpy().tolist() == out.asnumpy().tolist()


def test_build_fills_declared_parameters():
    with nn.utils.no_init_parameters():
        net = nn.Dense(4, 2)
        model = Model(net, nn.MSELoss(), nn.SGD(net.trainable_params(), 0.1), metrics={"mae"})
    assert net.weight.has_init
    model.build()
    assert not net.weight.has_init


def test_mixed_precision_trains():
    for level, options in (("O1", {}), ("O3", {}), ("O2", {"loss_scale_manager": None})):
        model = make_model(amp_level=level, **options)
        before = model.eval(batches())["loss"]
        model.train(5, batches())
        assert model.predict_network.weight.dtype == nucella.float32
        assert model.eval(batches())["loss"] < before


NET = nn.Dense(4, 2)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Model(1), TypeError, "'network' must be Cell, got int"),
        (lambda: Model(NET, nn.MSELoss(), 1), TypeError, "'optimizer' must be Optimizer or None, got int"),
        (lambda: Model(NET, lambda a, b: a), TypeError, "'loss_fn' must be Cell or None"),
        (lambda: make_model(amp_level="O9"), ValueError, "'amp_level' must be one of"),
        (lambda: make_model(boost_level="O9"), ValueError, "'boost_level' must be one of"),
        (lambda: make_model(foo=1), ValueError, "no option 'foo'"),
        (lambda: make_model(loss_scale_manager=1), TypeError, "'loss_scale_manager'"),
        (lambda: Model(NET, metrics={"acc"}), ValueError, "need 'eval_network' or 'loss_fn'"),
        (lambda: Model(NET, nn.MSELoss(), metrics=["acc"]), TypeError, "None, a dict or a set, got list"),
        (lambda: Model(NET, nn.MSELoss(), metrics={"foo"}), KeyError, "no metric 'foo'"),
        (lambda: Model(NET, eval_network=NET, eval_indexes=(0, 1, 2)), ValueError, "list of three ints"),
        (lambda: make_model().train(0, batches()), ValueError, "'epoch' must be at least 1, got 0"),
        (lambda: make_model().train(1.0, batches()), TypeError, "'epoch' must be int, got float"),
        (lambda: make_model().train(True, batches()), TypeError, "'epoch' must be int, got bool"),
        (lambda: make_model().train(1, batches(), [1]), TypeError, "must be Callback, got int"),
        (lambda: make_model().train(1, batches(), dataset_sink_mode=1), TypeError, "must be bool, got int"),
        (lambda: make_model().train(1, batches(), sink_size=0), ValueError, "-1 or positive, got 0"),
        (lambda: make_model().train(1, batches(), initial_epoch=1), ValueError, "greater than 'initial_epoch'"),
        (lambda: make_model().train(1, batches(), initial_epoch="a"), TypeError, "'initial_epoch' must be int"),
        (lambda: make_model().train(1, 1), TypeError, "iterable of batches, got int"),
        (lambda: make_model().train(1, [(X,)]), ValueError, "two elements, got 1"),
        (lambda: make_model().fit(1, batches(), batches(), 0), ZeroDivisionError, "'valid_frequency'"),
        (lambda: make_model().fit(1, batches(), batches(), 1.5), TypeError, "'valid_frequency' must be int"),
        (lambda: make_model(()).fit(1, batches(), batches()), ValueError, "the model needs 'metrics'"),
        (lambda: make_model(()).eval(batches()), ValueError, "the model needs 'metrics'"),
        (lambda: make_model().predict(X), TypeError, "got ndarray"),
        (lambda: make_model().predict(Tensor(X), backend="gpu"), ValueError, "None or 'lite', got 'gpu'"),
        (lambda: make_model().build(epoch=0), ValueError, "'epoch' must be at least 1"),
        (lambda: make_model().infer_train_layout(batches()), RuntimeError, "one process"),
    ],
)
def test_errors(make, error, text):
    with pytest.raises(error, match=text):
        make()


def test_fit_asks_for_methods_that_tell_training_from_evaluation():
    class Old(Callback):
        def step_end(self, run_context):
            pass

    class OldMonitor(LossMonitor):
        def step_end(self, run_context):
            pass

    for callback in (Old(), OldMonitor()):
        with pytest.raises(ValueError, match=r"methods \['step_end'\]"):
            make_model().fit(1, batches(), batches(), callbacks=callback)
    make_model().train(1, batches(), Old())


def test_old_names_are_called_in_training_and_evaluation():
    class Old(Callback):
        calls = []

        def step_end(self, run_context):
            self.calls.append(run_context.original_args().mode)

    model = make_model()
    model.train(1, batches(), Old())
    model.eval(batches(), Old())
    assert Old.calls == ["train"] * 5 + ["eval"] * 5


def test_metrics_may_be_given_as_objects():
    net = nn.Dense(4, 2)
    loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
    assert list(Model(net, loss, metrics={"mine": Accuracy()}).eval(batches())) == ["mine"]


def test_names_of_train_are_those_of_its_modules():
    for module in (nucella.train.callback, nucella.train.metrics):
        assert set(module.__all__) <= set(nucella.train.__all__)
        assert all(getattr(nucella.train, name) is getattr(module, name) for name in module.__all__)
    assert nucella.Model is nucella.train.Model and "ModelCheckpoint" in dir(nucella.train)
    with pytest.raises(AttributeError, match="nucella.train has no 'foo'"):
        print(nucella.train.foo)
