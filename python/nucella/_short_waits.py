"""How long threads that wait for the next kernel look for it before they sleep; settled before OpenMP is loaded."""

import os

# Some microseconds instead of milliseconds, which they would take from the threads they wait for when cores are
# scarce (docs/performance.md). What the user has set stays.
_SETTING = "GOMP_SPINCOUNT"
_ours = not {_SETTING, "OMP_WAIT_POLICY"} & os.environ.keys()
if _ours:
    os.environ[_SETTING] = "2000"


def loaded():
    """OpenMP has read the setting: programs that are started from here are not to inherit it."""
    if _ours:
        os.environ.pop(_SETTING, None)
