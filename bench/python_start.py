"""What starting costs: `import nucella` in time and memory, and 10,000 small cells under no_init_parameters.

python_start.py PYTHON [--turns 5]: PYTHON has nucella on its path; each figure comes from fresh processes.
"""

import argparse
import statistics
import subprocess

IMPORT = """
import resource, time
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
import numpy
before, start = resident(), time.perf_counter()
import nucella
print(time.perf_counter() - start, resident() - before)
"""
CELLS = """
import time
from nucella import nn
from nucella.nn.utils import no_init_parameters
start = time.perf_counter()
with no_init_parameters():
    cells = [nn.Dense(8, 8) for _ in range(10000)]
print(time.perf_counter() - start)
"""


def run(python, program):
    """The numbers that a program prints in a process of its own."""
    out = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True).stdout
    return [float(word) for word in out.split()]


def main():
    """Prints medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    imports = [run(options.python, IMPORT) for _ in range(options.turns)]
    cells = [run(options.python, CELLS)[0] for _ in range(options.turns)]
    print(f"import nucella: {statistics.median(t for t, _ in imports):.3f} s, ", end="")
    print(f"{statistics.median(m for _, m in imports):.1f} MB beside NumPy")
    print(f"10,000 nn.Dense(8, 8) under no_init_parameters: {statistics.median(cells):.3f} s")


if __name__ == "__main__":
    main()
