"""Runs bench_step and its PyTorch twin in turns (A/B/A/B) on the same cores; prints and writes the median ratio.

ratio.py build/bin/bench_step [--python PYTHON_WITH_TORCH] [--threads 1 2] [--turns 5] [--json FILE]
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

TWIN = pathlib.Path(__file__).resolve().parent / "peers" / "torch_step.py"


def run(command, threads):
    """The milliseconds that a program prints, on the first `threads` cores."""
    cores = sorted(os.sched_getaffinity(0))[:threads]
    result = subprocess.run(command, check=True, capture_output=True, text=True,
                            preexec_fn=lambda: os.sched_setaffinity(0, cores))
    return float(result.stdout)


def compare(options, net, threads):
    """Times of both in turns, and their ratio (ours / PyTorch's) with its spread."""
    arguments = [net, "--threads", str(threads), "--steps", str(options.steps)]
    ours, theirs = [], []
    for _ in range(options.turns):
        ours.append(run([options.program, *arguments], threads))
        theirs.append(run([options.python, str(TWIN), *arguments], threads))
    ratios = [a / b for a, b in zip(ours, theirs)]
    return {"net": net, "threads": threads, "ours_ms": statistics.median(ours),
            "torch_ms": statistics.median(theirs), "ratio": statistics.median(ratios),
            "lowest": min(ratios), "highest": max(ratios)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--python", default=os.environ.get("TORCH_PYTHON", sys.executable))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--json")
    options = parser.parse_args()
    results = [compare(options, net, threads) for net in ("lenet", "mlp") for threads in options.threads]
    for r in results:
        print(f"{r['net']:6} {r['threads']} threads: {r['ours_ms']:.3f} ms, PyTorch {r['torch_ms']:.3f} ms, "
              f"ratio {r['ratio']:.2f} ({r['lowest']:.2f} to {r['highest']:.2f})")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
