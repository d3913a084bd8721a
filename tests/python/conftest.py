"""What the tests share."""

import gc
import pathlib

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


ORACLE = pathlib.Path(__file__).resolve().parents[2] / ".venv-oracle"


def pytest_collection_modifyitems(config, items):
    """Deselects the tests that need MindSpore when it is not there; `make test-oracle` installs it."""
    if ORACLE.exists():
        return
    missing = [item for item in items if item.get_closest_marker("oracle")]
    config.hook.pytest_deselected(items=missing)
    items[:] = [item for item in items if item not in missing]


def pytest_terminal_summary(terminalreporter):
    """Tells why they did not run."""
    if not ORACLE.exists():
        terminalreporter.write_line(f"no MindSpore in {ORACLE}: comparisons with it did not run")
