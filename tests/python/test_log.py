"""Messages, and the settings of the device."""

import re
import subprocess
import sys

import pytest

import nucella as ms
from nucella import log

SAY = "from nucella import log; [getattr(log, n)('%s %d', n, 3) for n in 'debug info warning error critical'.split()]"


@pytest.mark.parametrize("level, shown", [("0", 5), ("1", 4), ("2", 3), ("3", 2), ("4", 1), (None, 3)])
def test_messages_begin_with_the_level_of_the_environment(level, shown, monkeypatch):
    if level is None:
        monkeypatch.delenv("GLOG_v", raising=False)
    else:
        monkeypatch.setenv("GLOG_v", level)
    err = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True).stderr.splitlines()
    assert len(err) == shown
    assert re.fullmatch(r"\[CRITICAL\] nucella\(\d+\):.* \[<string>:1\] critical 3", err[-1])


def test_the_level_is_checked(monkeypatch):
    monkeypatch.setenv("GLOG_v", "loud")
    with pytest.raises(ValueError, match="GLOG_v.*loud"):
        log.get_level()
    monkeypatch.setenv("GLOG_v", "3")
    assert log.get_level() == "3" and log.get_log_config() == {"GLOG_v": "3"}


def test_messages_go_to_the_present_standard_error(capsys):
    log.critical("here")
    assert capsys.readouterr().err.endswith("] here\n")


def test_set_device_and_set_deterministic():
    ms.set_device("CPU", 0)
    assert ms.get_context("device_target") == "CPU" and ms.get_context("device_id") == 0
    refused = [(("TPU",), ValueError), ((3,), TypeError), (("CPU", "x"), TypeError), (("CPU", -1), ValueError)]
    for wrong, error in refused:
        with pytest.raises(error, match="set_device"):
            ms.set_device(*wrong)
    before = ms.get_context("deterministic")
    for flag, shown in [(True, "ON"), (False, "OFF")]:
        ms.set_deterministic(flag)
        assert ms.get_context("deterministic") == shown
    ms.set_context(deterministic=before)
    for wrong in (1, "ON", None):
        with pytest.raises(TypeError, match="set_deterministic.*bool.*got"):
            ms.set_deterministic(wrong)
