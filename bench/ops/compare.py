"""Runs bench_ops and its peer in turns (A/B/A/B) on the same cores; prints a Markdown table of medians.

compare.py [--program build/bin/bench_ops] [--peer "python bench/peers/torch_ops.py"] [--threads 2] [--turns 3]
[--only TEXT] [--json FILE]
"""

import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def run(program, options):
    """The lines that a program prints, by name: lists of numbers."""
    cores = sorted(os.sched_getaffinity(0))[: options.threads]
    command = [*shlex.split(program), "--threads", str(options.threads), "--only", options.only]
    output = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": str(options.threads)},
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    ).stdout
    rows = (line.split("\t") for line in output.splitlines())
    return {name: [float(number) for number in numbers] for name, *numbers in rows}


def summary(ours, theirs):
    """For each case: medians, the median of the ratios, and the share of the machine's bandwidth."""
    speeds = [bytes_ / ms for turn in ours for name, (ms, bytes_) in turn.items() if name.startswith("stream")]
    results = []
    for name, (_, bytes_) in ours[0].items():
        own = [turn[name][0] for turn in ours]
        peer = [turn[name][0] for turn in theirs if name in turn]
        ms = statistics.median(own)
        results.append(
            {
                "case": name,
                "ms": ms,
                "peer_ms": statistics.median(peer) if peer else None,
                "ratio": statistics.median(a / b for a, b in zip(own, peer)) if peer else None,
                "bandwidth": bytes_ / ms / max(speeds) if bytes_ else None,
            }
        )
    return results


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(ROOT / "build" / "bin" / "bench_ops"))
    torch = f"{os.environ.get('TORCH_PYTHON', sys.executable)} {ROOT / 'bench' / 'peers' / 'torch_ops.py'}"
    parser.add_argument("--peer", default=torch)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    options = parser.parse_args()
    ours, theirs = [], []
    for _ in range(options.turns):
        ours.append(run(options.program, options))
        theirs.append(run(options.peer, options))
    results = summary(ours, theirs)
    print("| op | nucella ms | peer ms | ratio | of the bandwidth |\n|---|---|---|---|---|")
    for r in results:
        share = "" if r["bandwidth"] is None else f"{r['bandwidth'] * 100:.0f} %"
        peer = ("", "") if r["ratio"] is None else (f"{r['peer_ms']:.2f}", f"{r['ratio']:.2f}")
        print(f"| {r['case']} | {r['ms']:.2f} | {peer[0]} | {peer[1]} | {share} |")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
