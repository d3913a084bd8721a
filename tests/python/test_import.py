"""What importing nucella and making cells cost."""

import os
import subprocess
import sys
import time

from nucella import nn
from nucella.nn.utils import no_init_parameters

SCRIPT = """
import resource, sys, time
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
import nucella
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, "numpy" in sys.modules)
"""


def test_importing_takes_little_time_and_memory():
    runs = [
        subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    assert min(float(seconds) for seconds, _, _ in runs) < 0.15
    assert min(int(kilobytes) for _, kilobytes, _ in runs) < 40 * 1024
    assert {numpy for _, _, numpy in runs} == {"False"}


def test_ten_thousand_small_cells_are_made_quickly():
    class Small(nn.Cell):
        def __init__(self):
            super().__init__()
            self.dense = nn.Dense(2, 2)

    best = 1.0
    for _ in range(3):
        start = time.process_time()
        with no_init_parameters():
            cells = [Small() for _ in range(10_000)]
        best = min(best, time.process_time() - start)
        assert len(cells) == 10_000
    assert best < 0.3


def settings_of_openmp(**environment):
    """What OpenMP says it was told when nucella loads it, and what a program started from Python inherits."""
    kept = {k: v for k, v in os.environ.items() if k not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    script = "import nucella, os, sys; sys.stderr.write('inherits ' + os.environ.get('GOMP_SPINCOUNT', 'nothing'))"
    return subprocess.run([sys.executable, "-c", script], env={**kept, "OMP_DISPLAY_ENV": "verbose", **environment},
                          capture_output=True, text=True, check=True).stderr


def test_threads_that_wait_sleep_soon():
    settings = settings_of_openmp()
    assert "GOMP_SPINCOUNT = '2000'" in settings and settings.endswith("inherits nothing")


def test_what_the_user_has_set_for_threads_stays():
    settings = settings_of_openmp(GOMP_SPINCOUNT="77")
    assert "GOMP_SPINCOUNT = '77'" in settings and settings.endswith("inherits 77")
    assert "GOMP_SPINCOUNT = '2000'" not in settings_of_openmp(OMP_WAIT_POLICY="active")
