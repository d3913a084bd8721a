"""Training, metrics, data sets and callbacks against real MindSpore."""

import pytest
from both import both

pytestmark = pytest.mark.oracle


def test_calls_return_and_refuse_what_mindspore_does(tmp_path):
    theirs, ours = both("train_forms.py", tmp_path)
    assert len(theirs) > 200
    differing = {call: (expected, ours[call]) for call, expected in theirs.items() if ours[call] != expected}
    assert not differing
