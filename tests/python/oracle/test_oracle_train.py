"""Training, metrics, data sets and callbacks against real MindSpore."""

import pytest
from both import both, close

pytestmark = pytest.mark.oracle


def test_calls_return_and_refuse_what_mindspore_does(tmp_path):
    theirs, ours = both("train_forms.py", tmp_path)
    assert len(theirs) > 200
    differing = {call: (expected, ours[call]) for call, expected in theirs.items() if ours[call] != expected}
    assert not differing


@pytest.mark.parametrize("first", [0, 100])
def test_twenty_steps_of_every_optimizer_on_random_nets(tmp_path, first):
    theirs, ours = both("train_random.py", tmp_path, first, 2)
    assert len(theirs) == 2 * 11
    differing = [run for run, expected in theirs.items() if not close(ours[run], expected, 1e-4)]
    assert not differing
