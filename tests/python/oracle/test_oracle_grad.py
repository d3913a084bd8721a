"""Gradients against real MindSpore: forms of calls, random functions, random nets."""
import pytest
from both import both, close

pytestmark = pytest.mark.oracle


def test_calls_return_and_refuse_what_mindspore_does(tmp_path):
    theirs, ours = both("grad_forms.py", tmp_path)
    assert len(theirs) > 100
    differing = {call: (expected, ours[call]) for call, expected in theirs.items() if ours[call] != expected}
    assert not differing


@pytest.mark.parametrize("first", [0, 1000])
def test_random_functions_and_nets(tmp_path, first):
    theirs, ours = both("grad_random.py", tmp_path, first, 40)
    assert len(theirs) == 40
    known = {(seed, what): result for seed, results in theirs.items() for what, result in results.items() if result}
    assert len(known) > 40 * 6
    differing = [(seed, what) for (seed, what), expected in known.items()
                 if not close(ours[seed][what], expected, 3e-3 if "net" in what else 1e-7)]
    assert not differing
