"""Callbacks: what they print, keep, save and change."""

import io
import os
import re
import signal

import numpy as np
import pytest
from training import batches, context, make_model

import nucella
from nucella import Tensor, nn
from nucella.train import (
    BackupAndRestore,
    Callback,
    CheckpointConfig,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    LossMonitor,
    ModelCheckpoint,
    OnRequestExit,
    ProgressBar,
    ReduceLROnPlateau,
    RunContext,
    TimeMonitor,
)
from nucella.train.callback.base import CallbackManager, CallbackParams


def test_loss_monitor_prints_every_so_many_steps(capsys):
    make_model().train(2, batches(), LossMonitor(2))
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        f"epoch: {epoch} step: {step}" for epoch, step in ((1, 2), (1, 4), (2, 1), (2, 3), (2, 5))
    ]
    assert all(re.search(r"loss is \d+\.\d+$", line) for line in lines)


@pytest.mark.parametrize(
    ("outputs", "text"),
    [
        (Tensor(2.0), "2.0"),
        ((Tensor(2.0), Tensor(3.0)), "2.0"),
        (Tensor([1.0, 2.0]), "1.5"),
        (None, "None"),
        (2.5, "2.5"),
        (np.array(3.0), "3.0"),
    ],
)
def test_loss_monitor_takes_any_output(outputs, text, capsys):
    LossMonitor().step_end(context(net_outputs=outputs))
    assert capsys.readouterr().out == f"epoch: 1 step: 1, loss is {text}\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_loss_monitor_ends_training_that_has_gone_wrong(value):
    with pytest.raises(ValueError, match=f"the loss is {value} in step 1 of epoch 1"):
        LossMonitor().step_end(context(net_outputs=Tensor(value)))


def test_fit_prints_metrics_once_and_no_steps_of_the_evaluation(capsys):
    make_model().fit(1, batches(), batches(), callbacks=[LossMonitor(), TimeMonitor()])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8 and lines[6].startswith("Eval result: epoch 1, metrics: {'acc': ")
    time = r"epoch time: +\d+\.\d{3} ms, per step time: +\d+\.\d{3} ms$"
    assert re.match("Eval " + time, lines[5]) and re.match("Train " + time, lines[7])


def test_time_monitor_can_tell_how_long_data_takes(capsys):
    make_model().train(1, batches(), TimeMonitor(data_time=True))
    assert re.search(r"per step time: .* ms \(data time: .* ms\)", capsys.readouterr().out)


def test_history():
    history = History()
    model = make_model()
    model.fit(2, batches(), batches(), callbacks=history)
    assert history.epoch == {"epoch": [1, 2]}
    assert {name: len(values) for name, values in history.history.items()} == {"net_output": 2, "acc": 2, "loss": 2}
    model.fit(4, batches(), batches(), 2, history, initial_epoch=2)
    assert history.epoch == {"epoch": [3, 4]}
    assert {name: len(values) for name, values in history.history.items()} == {"net_output": 4, "acc": 3, "loss": 3}


def test_lambda_callback():
    seen = []
    callback = LambdaCallback(
        on_train_epoch_end=lambda run_context: seen.append(run_context.original_args().cur_epoch_num),
        on_eval_begin=lambda run_context: seen.append("eval"),
    )
    make_model().fit(2, batches(), batches(), callbacks=callback)
    assert seen == ["eval", 1, "eval", 2]


def test_run_context():
    with pytest.raises(TypeError, match="'original_args' must be dict, got int"):
        RunContext(1)
    run = RunContext(CallbackParams(a=1))
    run.original_args().b = 2
    assert run.original_args().a == 1 and run.original_args()["b"] == 2 and not run.get_stop_requested()
    with pytest.raises(KeyError, match="c"):
        print(run.original_args().c)
    run.request_stop()
    assert run.get_stop_requested()


@pytest.mark.parametrize("callbacks", [[None], ["x"], [LossMonitor(), None], (LossMonitor(),), {}])
def test_only_callbacks_are_callbacks(callbacks):
    with pytest.raises(TypeError, match="callbacks"):
        CallbackManager(callbacks)


def test_callbacks_entered_are_left_when_a_later_one_cannot_be_entered():
    events = []

    class First(Callback):
        def __exit__(self, *err):
            events.append("left")

    class Second(Callback):
        def __enter__(self):
            raise OSError("no")

    with pytest.raises(OSError, match="no"), CallbackManager([First(), Second()]):
        pass
    assert events == ["left"]


# Saving.


def names(folder):
    return sorted(os.listdir(folder))


def save(folder, prefix="a", epochs=3, config=None, **options):
    callback = ModelCheckpoint(prefix, str(folder), config or CheckpointConfig(**options))
    make_model().train(epochs, batches(), callback)
    return callback


def test_checkpoints_keep_the_newest_files(tmp_path):
    callback = save(tmp_path / "deep" / "er", save_checkpoint_steps=3, keep_checkpoint_max=2)
    assert names(tmp_path / "deep" / "er") == ["a-3_2.ckpt", "a-3_5.ckpt"]
    assert callback.latest_ckpt_file_name == str(tmp_path / "deep" / "er" / "a-3_5.ckpt")


def test_a_checkpoint_holds_net_optimizer_and_what_is_asked_for(tmp_path):
    info = ["epoch_num", "step_num", {"k": 1.5}]
    entries = nucella.load_checkpoint(save(tmp_path, append_info=info).latest_ckpt_file_name)
    assert {"weight", "bias", "moments.weight", "learning_rate", "global_step"} <= set(entries)
    assert [entries[name] for name in ("epoch_num", "step_num", "k")] == [3, 15, 1.5]
    only_net = nn.Dense(1, 1)
    path = save(tmp_path, "net", saved_network=only_net).latest_ckpt_file_name
    assert set(nucella.load_checkpoint(path)) == {"weight", "bias"}


def test_training_goes_on_from_a_checkpoint(tmp_path):
    path = save(tmp_path, epochs=2).latest_ckpt_file_name
    resumed, whole = make_model(), make_model()
    nucella.load_param_into_net(resumed.train_network, nucella.load_checkpoint(path))
    resumed.train(4, batches(), initial_epoch=2)
    whole.train(4, batches())
    assert resumed.predict_network.weight.asnumpy().tolist() == whole.predict_network.weight.asnumpy().tolist()


def test_later_runs_do_not_write_over_earlier_ones(tmp_path):
    for _ in range(3):
        save(tmp_path, epochs=1, save_checkpoint_steps=5)
    assert names(tmp_path) == ["a-1_5.ckpt", "a_1-1_5.ckpt", "a_2-1_5.ckpt"]
    save(tmp_path, epochs=1, save_checkpoint_steps=5, format="safetensors")
    assert "a_3-1_5.safetensors" in names(tmp_path)


def test_the_end_is_saved_too_unless_nothing_is(tmp_path):
    save(tmp_path, "rare", 1, save_checkpoint_steps=4)
    save(tmp_path, "never", 1, save_checkpoint_steps=0)
    save(tmp_path, "timed", 1, save_checkpoint_steps=0, save_checkpoint_seconds=1000)
    assert names(tmp_path) == ["rare-1_4.ckpt", "rare-1_5.ckpt", "timed-1_5.ckpt"]


def test_one_file_for_each_period(tmp_path):
    config = CheckpointConfig(keep_checkpoint_max=0, keep_checkpoint_per_n_minutes=10)
    save(tmp_path, epochs=1, config=config)
    assert names(tmp_path) == ["a-1_5.ckpt"]


def test_names_and_folders_by_function(tmp_path):
    callback = ModelCheckpoint(
        lambda params: f"step{params.cur_step_num}",
        lambda params: str(tmp_path / str(params.cur_epoch_num)),
        CheckpointConfig(save_checkpoint_steps=5),
    )
    make_model().train(2, batches(), callback)
    assert (names(tmp_path / "1"), names(tmp_path / "2")) == (["step5.ckpt"], ["step10.ckpt"])


def test_an_exception_leaves_a_checkpoint(tmp_path):
    def fail(run_context):
        if run_context.original_args().cur_step_num == 7:
            raise KeyError("mine")

    callbacks = [
        LambdaCallback(on_train_step_end=fail),
        ModelCheckpoint("x", str(tmp_path), CheckpointConfig(100, exception_save=True)),
    ]
    with pytest.raises(KeyError, match="mine"):
        make_model().train(2, batches(), callbacks)
    assert names(tmp_path) == ["x-2_2_breakpoint.ckpt"]


def test_checkpoint_policy():
    policy = CheckpointConfig(5, 6, 0, 7).get_checkpoint_policy()
    assert policy == {
        "save_checkpoint_steps": 5,
        "save_checkpoint_seconds": None,
        "keep_checkpoint_max": 0,
        "keep_checkpoint_per_n_minutes": 7,
        "saved_network": None,
    }
    config = CheckpointConfig(append_info=["epoch_num", {"a": 1}])
    assert config.append_dict == {"epoch_num": 0, "a": 1} and config.keep_checkpoint_per_n_minutes is None


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: LossMonitor(1.0), TypeError, "'per_print_times' must be int, got float"),
        (lambda: LossMonitor(-1), ValueError, "at least 0, got -1"),
        (lambda: TimeMonitor(data_time=1), TypeError, "'data_time' must be bool"),
        (lambda: ModelCheckpoint(1), ValueError, "'prefix' must be a function or a str"),
        (lambda: ModelCheckpoint("a/b"), ValueError, "without '/'"),
        (lambda: ModelCheckpoint("a", 1), TypeError, "'directory' must be"),
        (lambda: ModelCheckpoint("a", "d", 1), TypeError, "'config' must be CheckpointConfig, got int"),
        (lambda: CheckpointConfig(-1), ValueError, "'save_checkpoint_steps' must be at least 0"),
        (lambda: CheckpointConfig(1.0), TypeError, "'save_checkpoint_steps' must be int"),
        (lambda: CheckpointConfig(0, None, 0, 0), ValueError, "at least one"),
        (lambda: CheckpointConfig(async_save="foo"), ValueError, "'process' or 'thread'"),
        (lambda: CheckpointConfig(saved_network=1), TypeError, "'saved_network' must be Cell or None"),
        (lambda: CheckpointConfig(append_info=["foo"]), ValueError, "must be one of"),
        (lambda: CheckpointConfig(append_info=[{"a": [1]}]), TypeError, "got list"),
        (lambda: CheckpointConfig(append_info=[{}, {}]), TypeError, "at most one dict"),
        (lambda: CheckpointConfig(enc_key=1), ValueError, "'enc_key' must be bytes or None"),
        (lambda: CheckpointConfig(crc_check=1), ValueError, "'crc_check' must be bool"),
        (lambda: EarlyStopping(monitor=1), TypeError, "'monitor' must be str"),
        (lambda: EarlyStopping(patience=-1), ValueError, "'patience' must be at least 0"),
        (lambda: EarlyStopping(mode="foo"), ValueError, "'mode' must be one of"),
        (lambda: EarlyStopping(min_delta="a"), TypeError, "'min_delta' must be a number"),
        (lambda: ReduceLROnPlateau(factor=1), TypeError, "'factor' must be float"),
        (lambda: ReduceLROnPlateau(factor=1.0), ValueError, "between 0 and 1"),
        (lambda: ReduceLROnPlateau(cooldown=-1), ValueError, "'cooldown' must be at least 0"),
        (lambda: OnRequestExit(sig=signal.SIGKILL), ValueError, "SIGKILL cannot be handled"),
        (lambda: OnRequestExit(save_ckpt=1), ValueError, "'save_ckpt' must be bool"),
        (lambda: BackupAndRestore(1), TypeError, "'backup_dir' must be"),
        (lambda: BackupAndRestore("a", "x"), TypeError, "'save_freq' must be int"),
        (lambda: ProgressBar(0), ValueError, "'lines_per_epoch' must be at least 1"),
    ],
)
def test_errors(make, error, text):
    with pytest.raises(error, match=text):
        make()


# Watching a value. The expected epochs are those of MindSpore 2.10.


def stopped_after(callback, values, monitor="eval_loss"):
    run = context(train_network=nn.Dense(1, 1))
    params = run.original_args()
    callback.on_train_begin(run)
    for params.cur_epoch_num, value in enumerate(values, 1):
        params.eval_results = {monitor: value}
        callback.on_train_epoch_end(run)
        if run.get_stop_requested():
            break
    callback.on_train_end(run)
    assert callback.stopped_epoch == (params.cur_epoch_num if run.get_stop_requested() else 0)
    return callback.stopped_epoch


@pytest.mark.parametrize(
    ("values", "options", "epoch"),
    [
        ([1, 2, 3, 4], {}, 1),
        ([1, 2, 3, 4], {"patience": 2}, 3),
        ([1, 2, 3, 4], {"patience": 2, "monitor": "acc"}, 0),
        ([1, 2, 3, 4], {"patience": 2, "monitor": "acc", "mode": "min"}, 3),
        ([1, 0.9, 0.85, 0.8], {"patience": 1, "min_delta": 0.3}, 2),
        ([0.6, 0.5, 0.7, 0.5, 0.6], {"patience": 2, "baseline": 0.3, "monitor": "accuracy"}, 5),
        ([0.6, 0.3, 0.5, 0.5], {"patience": 2, "baseline": 0.55, "monitor": "accuracy"}, 3),
        ([0.5, 0.4, 0.7, 0.6, 0.5, 0.6], {"patience": 3, "baseline": 0.6, "monitor": "accuracy"}, 6),
        ([Tensor(1.0), Tensor(2.0)], {"patience": 1}, 2),
    ],
)
def test_early_stopping(values, options, epoch):
    assert stopped_after(EarlyStopping(**options), values, options.get("monitor", "eval_loss")) == epoch


def test_early_stopping_watches_the_loss_of_the_last_step():
    callback = EarlyStopping("loss", patience=1)
    run = context(net_outputs=Tensor(1.0))
    callback.on_train_begin(run)
    callback.on_train_epoch_end(run)
    assert not run.get_stop_requested()
    callback.on_train_epoch_end(run)
    assert run.get_stop_requested()


def test_early_stopping_does_nothing_without_the_value():
    assert stopped_after(EarlyStopping(), [1, 2, 3], "other") == 0


def test_early_stopping_restores_the_best_weights(capsys):
    net = nn.Dense(2, 2)
    callback = EarlyStopping(patience=1, restore_best_weights=True, verbose=True)
    run = context(train_network=net)
    params = run.original_args()
    callback.on_train_begin(run)
    for params.cur_epoch_num, loss in enumerate([1.0, 0.5, 0.7], 1):
        net.weight.set_data(Tensor(np.full((2, 2), loss, np.float32)))
        params.eval_results = {"eval_loss": loss}
        callback.on_train_epoch_end(run)
    callback.on_train_end(run)
    assert run.get_stop_requested() and net.weight.asnumpy().tolist() == [[0.5, 0.5]] * 2
    assert capsys.readouterr().out.splitlines()[-1] == "Epoch 00003: early stopping"


def rates(values, learning_rate=1.0, monitor="eval_loss", **options):
    callback = ReduceLROnPlateau(monitor, **options)
    optimizer = nn.SGD(nn.Dense(1, 1).trainable_params(), learning_rate)
    run = context(optimizer=optimizer)
    params = run.original_args()
    callback.on_train_begin(run)
    out = []
    for params.cur_epoch_num, value in enumerate(values, 1):
        params.eval_results = {monitor: value}
        callback.on_train_epoch_end(run)
        out.append(float(optimizer.learning_rate.asnumpy()))
    return out


@pytest.mark.parametrize(
    ("losses", "options", "expected"),
    [
        ([1.0, 1.1, 1.2], {"patience": 2}, [1, 1, 0.1]),
        ([1.0, 1.1, 0.9, 1.0, 1.1], {"patience": 2}, [1, 1, 1, 1, 0.1]),
        ([1.0, 1.1, 1.0, 1.0, 1.1], {"patience": 2}, [1, 1, 0.1, 0.1, 0.01]),
        ([1.0, 1.1, 1.0, 1.0, 1.1, 1.2], {"patience": 2, "cooldown": 1}, [1, 1, 0.1, 0.1, 0.01, 0.01]),
        ([1.0, 1.1, 1.0, 1.0, 1.1, 1.2], {"patience": 2, "cooldown": 2}, [1, 1, 0.1, 0.1, 0.1, 0.01]),
        ([1, 1, 1, 1], {"patience": 1, "min_lr": 0.05}, [1, 0.1, 0.05, 0.05]),
        ([1, 0.99995, 0.9999, 0.99985], {"patience": 1}, [1, 0.1, 0.01, 0.01]),
        ([1, 1.1, 1.2], {"patience": 1, "monitor": "acc"}, [1, 1, 1]),
    ],
)
def test_reduce_lr_on_plateau(losses, options, expected):
    np.testing.assert_allclose(rates(losses, **options), expected, rtol=1e-6)


def test_reduce_lr_on_plateau_prints_and_refuses_lists(capsys):
    rates([1, 1], patience=1, verbose=True)
    assert capsys.readouterr().out == "Epoch 00002: ReduceLROnPlateau reducing learning rate to 0.1.\n"
    with pytest.raises(ValueError, match="must be one number"):
        rates([1], [0.1, 0.2])


def test_learning_rate_scheduler():
    seen = []

    def half(rate, step):
        seen.append((rate, step))
        return rate / 2

    model = make_model(learning_rate=0.5)
    model.train(1, batches(), LearningRateScheduler(half))
    assert seen == [(0.5 / 2**i, i + 1) for i in range(5)]
    model.eval(batches(), LearningRateScheduler(half))
    assert len(seen) == 5


# Showing and interrupting.


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_bar_on_a_terminal():
    out = Terminal()
    make_model().fit(2, batches(), batches(), callbacks=ProgressBar(out=out))
    lines = out.getvalue().split("\n")
    assert re.search(r"\r\[={20}\] epoch 1/2  step 5/5  loss \d\.\d{4}  \d+\.\d steps/s  \d+:\d\d left$", lines[0])
    assert re.fullmatch(r"epoch 1  acc \d\.\d{4}  loss \d\.\d{4}", lines[1])
    assert "epoch 2/2" in lines[2] and lines[2].endswith("0:00 left")


def test_progress_bar_elsewhere(capsys):
    make_model().train(1, batches(2), ProgressBar())
    lines = capsys.readouterr().out.splitlines()
    assert [re.search(r"step (\d+)/10", line)[1] for line in lines] == ["2", "4", "6", "8", "10"]
    assert not any("\r" in line for line in lines)


def test_progress_bar_ends_its_line_after_an_exception():
    def fail(run_context):
        raise KeyError("mine")

    out = Terminal()
    with pytest.raises(KeyError, match="mine"):
        make_model().train(1, batches(), [ProgressBar(out=out), LambdaCallback(on_train_step_end=fail)])
    assert out.getvalue().endswith("left\n")


def test_a_signal_ends_the_run_in_good_order(tmp_path):
    seen = []

    def interrupt(run_context):
        seen.append(run_context.original_args().cur_step_num)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.getsignal(signal.SIGUSR1)
    leave = OnRequestExit(file_name="Net", directory=str(tmp_path / "new"), sig=signal.SIGUSR1)
    make_model().train(3, batches(), [LambdaCallback(on_train_step_end=interrupt), leave])
    assert seen == [1, 2] and names(tmp_path / "new") == ["Net_train.ckpt"]
    assert signal.getsignal(signal.SIGUSR1) is before


def test_backup_and_restore(tmp_path):
    def fail(run_context):
        if run_context.original_args().cur_epoch_num == 2:
            raise KeyError("power cut")

    callbacks = [BackupAndRestore(str(tmp_path)), LambdaCallback(on_train_epoch_begin=fail)]
    with pytest.raises(KeyError, match="power cut"):
        make_model().train(2, batches(), callbacks)
    assert names(tmp_path) == ["backup.ckpt"]
    resumed, whole = make_model(), make_model()
    resumed.train(1, batches(), BackupAndRestore(str(tmp_path)))
    whole.train(2, batches())
    assert resumed.predict_network.weight.asnumpy().tolist() == whole.predict_network.weight.asnumpy().tolist()
    assert names(tmp_path) == []
