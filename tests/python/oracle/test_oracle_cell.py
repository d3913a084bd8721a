"""Names, registries, listings, states, hooks and initial values of cells against real MindSpore."""

import pytest
from both import both, close

pytestmark = pytest.mark.oracle


def test_calls_return_and_refuse_what_mindspore_does(tmp_path):
    theirs, ours = both("cell_forms.py", tmp_path)
    assert len(theirs) > 190 and sum(str(result).startswith("raises") for result in theirs.values()) < len(theirs) / 2
    differing = {call: (expected, ours[call]) for call, expected in theirs.items()
                 if not close(ours[call], expected, 1e-6)}
    assert not differing
