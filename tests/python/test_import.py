"""What importing nucella and making cells cost."""

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
