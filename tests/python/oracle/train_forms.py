"""Metrics, data sets, callbacks and Model: a table of calls, evaluated by whoever is `mindspore`."""

import json
import sys

import mindspore as ms
import mindspore.dataset as ds
import numpy as np
from mindspore import Tensor, nn
from mindspore.amp import DynamicLossScaleManager, FixedLossScaleManager, StaticLossScaler, all_finite  # noqa: F401
from mindspore.train import *  # noqa: F403
from mindspore.train import Callback, EarlyStopping, History, Model, ReduceLROnPlateau, RunContext
from mindspore.train.callback import _InternalCallbackParam

ms.set_context(mode=ms.PYNATIVE_MODE)
random = np.random.RandomState(0)
X = random.randn(20, 4).astype(np.float32)
LABELS = (X.sum(1) > 0).astype(np.int32)
TARGETS = np.eye(2, dtype=np.float32)[LABELS]


def t(values, dtype=np.float32):
    return Tensor(np.array(values, dtype))


scores, classes = t(random.rand(6, 3)), t([0, 1, 2, 1, 0, 2], np.int32)
one_hot = t(np.eye(3)[[0, 1, 2, 1, 0, 2]])
many, many_true = t(random.randint(0, 2, (6, 3))), t(random.randint(0, 2, (6, 3)))
two_scores, two_classes = t(random.rand(4, 2)), t([0, 1, 0, 1], np.int32)
words = [["i", "have", "a", "pen", "on", "my", "desk"]]
texts = [[["i", "have", "a", "pen", "in", "my", "desk"], ["there", "is", "a", "pen", "on", "the", "desk"]]]


def run(metric, *batches, **arguments):
    for batch in batches:
        metric.update(*batch)
    return metric.eval(**arguments)


class Rows:
    def __getitem__(self, index):
        return X[index], LABELS[index]

    def __len__(self):
        return 10


def generate():
    yield from zip(X[:5], LABELS[:5])


def rows(**options):
    return ds.GeneratorDataset(Rows(), ["a", "b"], **{"shuffle": False, **options})


def slices(**options):
    return ds.NumpySlicesDataset((X, np.arange(20)), ["a", "b"], **{"shuffle": False, **options})


def column(dataset, name="b"):
    return [row[name].tolist() for row in dataset.create_dict_iterator(num_epochs=1, output_numpy=True)]


def described(dataset):
    return [dataset.get_dataset_size(), dataset.get_col_names(), [list(shape) for shape in dataset.output_shapes()]]


def data(targets=TARGETS, size=4):
    return ds.NumpySlicesDataset((X, targets), ["data", "label"], shuffle=False).batch(size)


def model(metrics=("mae", "loss"), optimizer=True, rate=0.1, **options):
    net = nn.Dense(4, 2, t(np.linspace(-1, 1, 8).reshape(2, 4)), "zeros")
    steps = nn.Momentum(net.trainable_params(), rate, 0.9) if optimizer else None
    return Model(net, nn.MSELoss(), steps, metrics=set(metrics), **options)


class Events(Callback):
    """Writes down what is called and the state then; asks for the end at `stop_at`."""

    def __init__(self, stop_at=None):
        self.seen = []
        self.stop_at = stop_at


def note(name):
    def method(self, run_context):
        params = run_context.original_args()
        self.seen.append([name, params.mode, params.cur_step_num, params.get("cur_epoch_num")])
        if name == self.stop_at:
            run_context.request_stop()

    return method


for _name in [name for name in dir(Callback) if name.startswith("on_")]:
    setattr(Events, _name, note(_name))


def trained(epochs=3, **options):
    one = model(**options)
    history = History()
    one.train(epochs, data(), history)
    return [history.history, one.eval(data()), one.predict(t(X[:2]))]


def fitted(epochs=4, frequency=1, stop_at=None, **options):
    events, history = Events(stop_at), History()
    model().fit(epochs, data(), data(size=10), frequency, callbacks=[events, history], **options)
    return [events.seen, history.history, history.epoch]


def evaluated_events(stop_at=None):
    events = Events(stop_at)
    return [model().eval(data(), events), events.seen]


def trained_events(stop_at=None):
    events = Events(stop_at)
    model().train(2, data(), events)
    return events.seen


def stopped(values, monitor="eval_loss", **options):
    callback, params = EarlyStopping(monitor, **options), _InternalCallbackParam()
    context = RunContext(params)
    params.train_network = nn.Dense(1, 1)
    callback.on_train_begin(context)
    for params.cur_epoch_num, value in enumerate(values, 1):
        params.eval_results = {monitor: value}
        callback.on_train_epoch_end(context)
        if context.get_stop_requested():
            break
    callback.on_train_end(context)
    return [callback.stopped_epoch, context.get_stop_requested()]


def rates(values, monitor="eval_loss", rate=1.0, **options):
    callback, params = ReduceLROnPlateau(monitor, **options), _InternalCallbackParam()
    context = RunContext(params)
    params.optimizer = nn.Momentum(nn.Dense(1, 1).trainable_params(), rate, 0.9)
    callback.on_train_begin(context)
    out = []
    for params.cur_epoch_num, value in enumerate(values, 1):
        params.eval_results = {monitor: value}
        callback.on_train_epoch_end(context)
        out.append(float(params.optimizer.learning_rate.asnumpy()))
    return out


def scales(manager, overflows):
    return [(manager.update_loss_scale(overflow), manager.get_loss_scale())[1] for overflow in overflows]


CALLS = """
Accuracy("foo")
Accuracy(1)
Accuracy().eval()
Accuracy().update(scores)
Accuracy().update(scores, classes, classes)
Accuracy().update(scores, t([0, 1], np.int32))
Accuracy().update(t([1, 2]), t([1, 2]))
Accuracy().update(1, classes)
Accuracy().update(scores, None)
run(Accuracy(), (scores, classes))
run(Accuracy(), (scores, one_hot), (scores, classes))
run(Accuracy(), (scores.asnumpy().tolist(), [0, 1, 2, 1, 0, 2]))
run(Accuracy("multilabel"), (many, many_true))
run(Accuracy("multilabel"), (scores, many_true))
run(Accuracy(), (two_scores, two_classes), (scores, classes))
Accuracy()(scores, classes)
Accuracy().set_indexes([2, 1])(1, classes, scores)
Accuracy().set_indexes([0, 3])(scores, classes)
Accuracy().set_indexes((0, 1))
run(MAE(), (scores, one_hot), (scores, one_hot))
run(MSE(), (scores, one_hot), (scores, one_hot))
run(MAE(), (scores, classes))
MAE().eval()
MSE().update(scores)
Loss().eval()
run(Loss(), (t(0.3),), (t([0.5]),), (t([1, 2, 6]),))
Loss().update(t([[1]]))
Loss().update(0.5)
Loss().update(t(1), t(2))
run(Precision(), (scores, one_hot), (scores, classes))
run(Precision(), (scores, classes), average=True)
run(Precision(), (scores, classes), average=1)
run(Precision("multilabel"), (many, many_true))
run(Precision(), (scores, t([0, 1, 5, 1, 0, 2], np.int32)))
Precision().eval()
run(Recall(), (scores, one_hot), (scores, classes))
run(Recall(), (scores, classes), average=True)
run(Recall("multilabel"), (many, many_true))
run(F1(), (scores, classes))
run(F1(), (scores, one_hot), average=True)
run(Fbeta(2), (scores, classes))
run(Fbeta(0.5), (scores, classes), average=True)
Fbeta(0)
run(Top1CategoricalAccuracy(), (scores, classes))
run(TopKCategoricalAccuracy(2), (scores, classes), (scores, one_hot))
TopKCategoricalAccuracy(0)
TopKCategoricalAccuracy(1.0)
TopKCategoricalAccuracy(7).update(scores, classes)
run(ConfusionMatrix(3), (t([1, 0, 1, 0]), t([1, 0, 0, 2])))
run(ConfusionMatrix(3), (scores, classes), (scores, classes))
run(ConfusionMatrix(2, "target"), (t([1, 0, 1, 1]), t([1, 0, 0, 1])))
run(ConfusionMatrix(2, "prediction"), (t([1, 0, 1, 1]), t([1, 0, 0, 1])))
run(ConfusionMatrix(2, "all"), (t([1, 0, 1, 1]), t([1, 0, 0, 1])))
run(ConfusionMatrix(2, threshold=0.9), (t([0.1, 0.8, 0.6, 0.2]), t([1, 0, 0, 1])))
ConfusionMatrix("a")
ConfusionMatrix(2, "foo")
ConfusionMatrix(2, threshold=1)
run(Perplexity(), (t([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]]), t([0, 1, 1], np.int32)))
run(Perplexity(1), (t([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]]), t([0, 1, 1], np.int32)))
Perplexity("a")
Perplexity().update(scores, t([0, 1], np.int32))
run(CosineSimilarity(), (np.arange(12).reshape(3, 4) + 1.0,))
run(CosineSimilarity(reduction="mean"), (np.arange(12).reshape(3, 4) + 1.0,))
run(CosineSimilarity("dot", "sum", False), (np.arange(12).reshape(3, 4) + 1.0,))
CosineSimilarity("foo")
run(Dice(), (t([[0.2, 0.5], [0.3, 0.1]]), t([[0, 1], [1, 0]])), (t([[0.9, 0.6]]), t([[0, 1]])))
Dice("a")
Dice(0.0)
Dice().update(scores, classes)
run(BleuScore(), (words, texts))
run(BleuScore(2, True), (words, texts))
BleuScore(5)
run(ROC(), (t([0.1, 0.4, 0.35, 0.8]), t([0, 0, 1, 1])))
run(ROC(pos_label=1), (t([3, 1, 4, 2]), t([0, 1, 2, 3])))
run(ROC(class_num=3), (t([[0.3, 0.6, 0.1], [0.2, 0.5, 0.3], [0.4, 0.1, 0.7]]), t([0, 1, 2])))
auc(np.array([0, 0.5, 1]), np.array([0, 0.7, 1]))
auc(np.array([1, 0.5, 0]), np.array([0, 0.7, 1]), reorder=True)
auc(np.array([0, 1, 0.5]), np.array([0, 0.7, 1]))
auc([0, 1], [0, 1])
get_metric_fn("foo")
described(rows())
described(rows().batch(4))
described(rows().batch(4, True))
described(rows().repeat(3))
described(rows().take(3).skip(1))
described(slices(num_samples=4))
described(ds.GeneratorDataset(generate, ["a", "b"]))
column(rows().batch(4))
column(rows().repeat(2).batch(8))
column(rows().batch(8).repeat(2))
column(rows().take(2) + rows().skip(8))
column(slices(num_shards=3, shard_id=1))
column(slices(sampler=[7, 2]))
column(rows().map(lambda v: v * 2, ["b"]))
column(rows().map(lambda a, b: a.sum() + b, ["a", "b"], ["c"]), "c")
column(rows().map(lambda a, b: (b, a), ["a", "b"]), "a")
rows().map(lambda a: (a, a), ["a"], ["c", "d"]).get_col_names()
rows().rename(["a"], ["z"]).get_col_names()
rows().project(["b"]).get_col_names()
ds.zip((rows(), ds.NumpySlicesDataset(X, ["q"]))).get_col_names()
column(rows().filter(lambda b: b < 1, ["b"]))
sorted(column(rows(shuffle=True)))
sorted(column(rows().shuffle(3)))
ds.NumpySlicesDataset((X, LABELS)).get_col_names()
ds.NumpySlicesDataset({"p": X, "q": LABELS}).get_col_names()
[str(kind) for kind in rows().output_types()]
[rows().batch(4).get_batch_size(), rows().repeat(3).get_repeat_count(), rows().num_classes()]
ds.GeneratorDataset(Rows())
ds.GeneratorDataset(Rows(), [])
ds.GeneratorDataset(Rows(), [1])
ds.GeneratorDataset(Rows(), ["a", "a"])
rows(shuffle=1)
rows(num_samples=-1)
rows(num_shards=2)
rows().batch(0)
rows().batch(1.0)
rows().batch(4, 1)
rows().repeat(0)
rows().take(0)
rows().skip(-1)
rows().shuffle(1)
rows().shuffle("a")
rows().map(1, ["a"])
rows().map(len, 1)
ds.NumpySlicesDataset((X, LABELS[:3]))
ds.NumpySlicesDataset(X, ["a", "b"])
ds.NumpySlicesDataset(1)
ds.NumpySlicesDataset([])
list(ds.GeneratorDataset([(1,)], ["a", "b"]))
ds.config.set_seed(-1)
trained()
trained(rate=0.3)
fitted()
fitted(frequency=2)
fitted(frequency=[1, 3], initial_epoch=1)
fitted(stop_at="on_train_step_end")
fitted(stop_at="on_train_epoch_end")
fitted(stop_at="on_eval_step_end")
trained_events()
trained_events("on_train_begin")
trained_events("on_train_step_begin")
evaluated_events()
evaluated_events("on_eval_step_end")
Model(1)
Model(nn.Dense(1, 1), nn.MSELoss(), 1)
Model(nn.Dense(1, 1), metrics={"acc"})
Model(nn.Dense(1, 1), nn.MSELoss(), metrics=["acc"])
Model(nn.Dense(1, 1), nn.MSELoss(), metrics={"foo"})
Model(nn.Dense(1, 1), eval_network=nn.Dense(1, 1), eval_indexes=(0, 1, 2), metrics={"acc"})
model(foo=1)
model(amp_level="O9")
model(amp_level="O2")
model(boost_level="O9")
model(loss_scale_manager=1)
model().train(0, data())
model().train(1.0, data())
model().train(True, data())
model().train(1, data(), 1)
model().train(1, data(), [1])
model().train(1, data(), dataset_sink_mode=1)
model().train(1, data(), sink_size=0)
model().train(1, data(), sink_size=1.0)
model().train(1, data(), initial_epoch=1)
model().train(1, data(), initial_epoch="a")
model().fit(1, data(), data(), 0)
model().fit(1, data(), data(), "a")
model(()).fit(1, data(), data())
model(()).eval(data())
model().predict(X)
model().predict(t(X), backend="gpu")
model().infer_train_layout(data())
stopped([1, 2, 3, 4])
stopped([1, 2, 3, 4], patience=2)
stopped([1, 2, 3, 4], "acc", patience=1)
stopped([1, 2, 3, 4], "mae", patience=1)
stopped([1, 2, 3, 4], "anything", patience=1)
stopped([1, 0.9, 0.85, 0.8], min_delta=0.3, patience=1)
stopped([0.6, 0.3, 0.5, 0.5], "accuracy", patience=2, baseline=0.55)
EarlyStopping(patience=-1)
EarlyStopping(mode="foo")
EarlyStopping(monitor=1)
rates([1, 1, 1, 1], patience=1)
rates([1, 1, 1, 1, 1, 1], patience=1, cooldown=2, min_lr=0.05)
rates([1, 0.99995, 0.9999, 0.99985], patience=1)
rates([1, 2, 3], "acc", patience=1)
rates([1], rate=[0.1, 0.2])
ReduceLROnPlateau(factor=1)
ReduceLROnPlateau(factor=2.0)
ReduceLROnPlateau(cooldown=-1)
LossMonitor(-1)
LossMonitor(1.0)
TimeMonitor(1, 1)
ModelCheckpoint(1)
ModelCheckpoint("a/b")
ModelCheckpoint("a", "d", 1)
CheckpointConfig(-1)
CheckpointConfig(1.0)
CheckpointConfig(0, 0, 0, 0)
CheckpointConfig(integrated_save=1)
CheckpointConfig(async_save=1)
CheckpointConfig(async_save="foo")
CheckpointConfig(saved_network=1)
CheckpointConfig(append_info=1)
CheckpointConfig(append_info=["foo"])
CheckpointConfig(append_info=[{"a": [1]}])
CheckpointConfig(append_info=[{}, {}])
CheckpointConfig(enc_key=1)
CheckpointConfig(crc_check=1)
CheckpointConfig(5, 6, 0, 7).get_checkpoint_policy()
CheckpointConfig(5, 6, 3, 7).get_checkpoint_policy()
CheckpointConfig(append_info=["epoch_num", {"a": 1}]).append_dict
RunContext(1)
scales(DynamicLossScaleManager(8, 2, 2), [False, False, False, True, True, False])
DynamicLossScaleManager(0)
DynamicLossScaleManager(2, 2, 0)
FixedLossScaleManager(0)
StaticLossScaler(0)
StaticLossScaler("a")
StaticLossScaler(2.0).unscale((t(3), [t([1])]))
StaticLossScaler(2.0).adjust(True)
all_finite((t(1), t([np.inf])))
all_finite([t(1)])
all_finite(())
all_finite(1)
""".strip().splitlines()


def plain(value):
    """As JSON, floats with five digits."""
    if isinstance(value, (Tensor, np.ndarray)):
        return plain((value.asnumpy() if isinstance(value, Tensor) else value).tolist())
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, *map(plain, value)]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.5g}")
    return value if isinstance(value, (bool, int, str, type(None))) else type(value).__name__


def evaluated(call):
    try:
        return plain(eval(call))
    except Exception as error:
        return "raises " + next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


with open(sys.argv[1], "w") as file:
    json.dump({call: evaluated(call) for call in CALLS}, file)
