"""A run that was killed and goes on ends bit for bit where one that was not killed ends."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from training import batches, make_model

import nucella
from nucella import nn
from nucella.dataset import NumpySlicesDataset
from nucella.train import Callback, CheckpointConfig, Model, ModelCheckpoint

EPOCHS, STEPS = 4, 7


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = nn.Dense(3, 8)
        self.dropout = nn.Dropout(p=0.3)
        self.last = nn.Dense(8, 1)

    def construct(self, x):
        return self.last(self.dropout(self.first(x)))


class Kill(Callback):
    """Ends the process at once, as a power cut does."""

    def __init__(self, step):
        self._step = step

    def on_train_step_end(self, run_context):
        if run_context.original_args().cur_step_num == self._step:
            os.kill(os.getpid(), signal.SIGKILL)


def data():
    x = np.random.RandomState(3).randn(STEPS * 4 - 1, 3).astype(np.float32)
    return NumpySlicesDataset((x, x.sum(1, keepdims=True)), ["x", "y"]).map(with_noise, "x").shuffle(16).batch(4)


def with_noise(row):
    """Draws from NumPy's global generator."""
    return row + np.random.randn(3).astype(np.float32) / 100


def run(folder, kill_at):
    """Trains to the end, from where an earlier run was; all parameters as bytes."""
    nucella.set_seed(5)
    net = Net()
    rates = [0.05 / (1 + step / 5) for step in range(EPOCHS * STEPS)]
    model = Model(net, nn.MSELoss(), nn.Adam(net.trainable_params(), rates))
    resume_from = max(map(str, folder.glob("a*.ckpt")), key=os.path.getmtime, default=None)
    config = CheckpointConfig(3, keep_checkpoint_max=2, append_info=["training_state"])
    callbacks = [ModelCheckpoint("a", str(folder), config)]
    if kill_at:
        callbacks.append(Kill(kill_at))
    model.train(EPOCHS, data(), callbacks, resume_from=resume_from)
    return b"".join(p.asnumpy().tobytes() for p in model.train_network.get_parameters())


SCRIPT = """
import pathlib, sys
from test_resume import run
sys.stdout.buffer.write(run(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
"""


def run_process(folder, kill_at):
    command = [sys.executable, "-c", SCRIPT, str(folder), str(kill_at)]
    done = subprocess.run(command, capture_output=True, cwd=os.path.dirname(__file__), check=False)
    assert done.returncode == (-signal.SIGKILL if kill_at else 0), done.stderr.decode()
    return done.stdout


def test_killed_and_resumed_is_bit_identical(tmp_path):
    whole = run_process(tmp_path / "whole", 0)
    for kill_at in (5, STEPS, 2 * STEPS + 3):  # within the first epoch, at the end of one, and within a later one
        run_process(tmp_path / "killed", kill_at)
    assert run_process(tmp_path / "killed", 0) == whole


def test_only_a_checkpoint_of_a_run_can_be_resumed(tmp_path):
    model = make_model()
    nucella.save_checkpoint(model.train_network, tmp_path / "net.ckpt")
    before = model.predict_network.weight.asnumpy().copy()
    with pytest.raises(ValueError, match="lacks the state of a run"):
        model.train(1, [], resume_from=tmp_path / "net.ckpt")
    nucella.save_checkpoint(model.predict_network, tmp_path / "part.ckpt")
    with pytest.raises(ValueError, match="lacks .*moments.weight"):
        model.train(1, [], resume_from=tmp_path / "part.ckpt")
    np.testing.assert_array_equal(model.predict_network.weight.asnumpy(), before)


def test_another_seed_is_refused(tmp_path):
    config = CheckpointConfig(append_info=["training_state"])
    callback = ModelCheckpoint("a", str(tmp_path), config)
    make_model().train(1, [(np.ones((2, 4), np.float32), np.zeros(2, np.int32))], callback)
    model = make_model()
    nucella.set_seed(99)
    with pytest.raises(ValueError, match="the seed was 1 when .* was saved, now it is 99"):
        model.train(2, [], resume_from=callback.latest_ckpt_file_name)


def test_the_best_epoch_is_kept_besides_the_newest(tmp_path):
    losses = []

    class Spoil(Callback):
        """Makes the third epoch bad, and writes down how each one ends."""

        def on_train_epoch_begin(self, run_context):
            params = run_context.original_args()
            if params.cur_epoch_num == 3:
                params.network.weight.set_data(nucella.Tensor(np.outer([9, -9], np.ones(4)), nucella.float32))

        def on_train_epoch_end(self, run_context):
            losses.append(float(run_context.original_args().net_outputs))

    config = CheckpointConfig(5, keep_checkpoint_max=1, best_monitor="loss")
    model = make_model()
    model.train(3, batches(), [Spoil(), ModelCheckpoint("a", str(tmp_path), config)])
    assert sorted(os.listdir(tmp_path)) == ["a-3_5.ckpt", "a-best.ckpt"]
    best = make_model()
    best.train(1 + losses.index(min(losses[:2])), batches())
    saved = nucella.load_checkpoint(tmp_path / "a-best.ckpt")["weight"].asnumpy()
    np.testing.assert_array_equal(saved, best.predict_network.weight.asnumpy())
    assert min(losses) < losses[2]


def test_a_child_named_train_is_taken_up_too(tmp_path):
    class Holder(nn.Cell):
        def __init__(self):
            super().__init__()
            self.train = nn.Dense(4, 2)

        def construct(self, x):
            return self.train(x)

    def make():
        nucella.set_seed(1)
        net = Holder()
        loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")
        return Model(net, loss, nn.Momentum(net.trainable_params(), 0.1, 0.9)), net

    model, net = make()
    callback = ModelCheckpoint("a", str(tmp_path), CheckpointConfig(append_info=["training_state"]))
    model.train(1, batches(), callback)
    resumed, other = make()
    resumed.train(1, batches(), resume_from=callback.latest_ckpt_file_name)
    np.testing.assert_array_equal(other.train.weight.asnumpy(), net.train.weight.asnumpy())
