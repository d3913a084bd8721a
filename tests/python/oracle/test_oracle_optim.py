"""Optimizers against real MindSpore."""

import numpy as np
import pytest
from both import both

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_steps_end_where_mindspore_s_do(tmp_path, seed):
    theirs, ours = both("optim_random.py", tmp_path, seed)
    assert len(theirs["steps"]) > 20
    for make, expected in theirs["steps"].items():
        for name, values in expected.items():
            np.testing.assert_allclose(
                ours["steps"][make][name], values, rtol=1e-5, atol=1e-5, err_msg=f"{make} {name}"
            )
    differing = {
        call: (kind, ours["errors"][call]) for call, kind in theirs["errors"].items() if ours["errors"][call] != kind
    }
    assert not differing
