"""What the tests share."""

import gc

import numpy as np
import pytest

import nucella as ms


@pytest.fixture(autouse=True)
def pynative_mode():
    """Every test begins in PYNATIVE_MODE, whatever the one before has set."""
    ms.set_context(mode=ms.PYNATIVE_MODE)
    yield
    ms.set_context(mode=ms.PYNATIVE_MODE)


@pytest.fixture
def collected():
    """Whether a weak reference is dead once garbage has been collected."""

    def check(reference):
        gc.collect()
        return reference() is None

    return check


def f32(*values):
    """A float32 Tensor of the values."""
    return ms.Tensor(np.array(values, np.float32))
