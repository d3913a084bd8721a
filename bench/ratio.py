"""Runs a program of training steps and its peer in turns (A/B/A/B) on the same cores; prints the median ratio.

ratio.py PROGRAM [--peer PROGRAM] [--nets lenet mlp] [--threads 1 2] [--turns 5] [--steps 200] [--json FILE]

A program is one string, split as a shell does ("python bench/step/python_step.py"). It is given the
net, --threads and --steps, and prints milliseconds. The peer is PyTorch unless said otherwise.
"""

import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys

TORCH = pathlib.Path(__file__).resolve().parent / "peers" / "torch_step.py"


def run(program, arguments, threads):
    """The milliseconds that a program prints, on the first `threads` cores."""
    cores = sorted(os.sched_getaffinity(0))[:threads]
    result = subprocess.run(
        [*shlex.split(program), *arguments],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    return float(result.stdout)


def compare(options, net, threads):
    """Times of both in turns, and their ratio (ours / the peer's) with its spread."""
    arguments = [net, "--threads", str(threads), "--steps", str(options.steps)]
    ours, theirs = [], []
    for _ in range(options.turns):
        ours.append(run(options.program, arguments, threads))
        theirs.append(run(options.peer, arguments, threads))
    ratios = [a / b for a, b in zip(ours, theirs)]
    return {
        "net": net,
        "threads": threads,
        "ours_ms": statistics.median(ours),
        "peer_ms": statistics.median(theirs),
        "ratio": statistics.median(ratios),
        "lowest": min(ratios),
        "highest": max(ratios),
    }


def main():
    """Prints a line for each net and number of threads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    torch = f"{os.environ.get('TORCH_PYTHON', sys.executable)} {TORCH}"
    parser.add_argument("--peer", default=torch)
    parser.add_argument("--nets", nargs="+", default=["lenet", "mlp"])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--json")
    options = parser.parse_args()
    results = []
    for net in options.nets:
        for threads in options.threads:
            r = compare(options, net, threads)
            results.append(r)
            print(
                f"{r['net']:6} {r['threads']} threads: {r['ours_ms']:.3f} ms, peer {r['peer_ms']:.3f} ms, "
                f"ratio {r['ratio']:.2f} ({r['lowest']:.2f} to {r['highest']:.2f})",
                flush=True,
            )
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
