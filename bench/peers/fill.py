"""Filling 1 GiB with Normal: MindSpore's initializer against ours, in turns; prints times and their ratio.

Run with a Python that has MindSpore: python bench/peers/fill.py build/bin/nucella_bench [TURNS]
"""
import json
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("GLOG_v", "3")

import mindspore  # noqa: E402  (reads GLOG_v when it is imported)
from mindspore.common.initializer import Normal, initializer  # noqa: E402

ELEMENTS = 1 << 28


def time_mindspore():
    """Seconds for one lazy tensor to get its memory and its numbers."""
    start = time.perf_counter()
    initializer(Normal(), [ELEMENTS], mindspore.float32).init_data()
    return time.perf_counter() - start


def time_ours(program):
    """Seconds for the same with fresh pages, as the benchmark measures them."""
    command = [program, "--benchmark_filter=fresh_normal", "--benchmark_format=json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return report["benchmarks"][0]["real_time"] / 1e3


def main():
    program = sys.argv[1]
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    ratios = []
    for _ in range(turns):
        theirs, ours = time_mindspore(), time_ours(program)
        ratios.append(theirs / ours)
        print(f"mindspore {theirs:.2f} s, nucella {ours:.3f} s, ratio {ratios[-1]:.1f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    main()
