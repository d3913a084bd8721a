"""What an op costs from Python on a 4x4 tensor: nucella against PyTorch and MindSpore, in turns on one core.

python_ops.py PYTHON [--torch PYTHON] [--mindspore PYTHON] [--turns 5]: each interpreter has its framework on its
path. Prints the median of the best microseconds per turn, and the ratio to each peer with its spread.
"""

import argparse
import os
import statistics
import subprocess

TIMER = """
import timeit
def best(statement, count=20000):
    number = count if not slow else 1000
    return min(timeit.repeat(statement, globals=globals(), number=number, repeat=7)) / number * 1e6
print(*[best(s) for s in ("a + b", "a + 1.5", "-a", "add(a, b)", "a.sum()", "a.reshape(2, 8)", "a[0]", "a.shape")])
"""
PROGRAMS = {
    "nucella": "slow = False\nimport nucella\nfrom nucella import ops\nadd = ops.add\na = b = ops.ones((4, 4))\n",
    "torch": "slow = False\nimport torch\ntorch.set_num_threads(1)\nadd = torch.add\na = b = torch.ones(4, 4)\n",
    "mindspore": "slow = True\nimport mindspore\nfrom mindspore import ops\nadd = ops.add\na = b = ops.ones((4, 4))\n",
}
OPS = ("a + b", "a + 1.5", "-a", "add(a, b)", "a.sum()", "a.reshape", "a[0]", "a.shape")


def run(framework, python):
    """Microseconds of each of OPS, in a process of its own on the first core."""
    core = min(os.sched_getaffinity(0))
    result = subprocess.run(
        [python, "-c", PROGRAMS[framework] + TIMER],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "GLOG_v": "3"},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    return [float(word) for word in result.stdout.split()]


def main():
    """Prints a line for each op."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("--torch")
    parser.add_argument("--mindspore")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    pythons = {"nucella": options.python, "torch": options.torch, "mindspore": options.mindspore}
    pythons = {framework: python for framework, python in pythons.items() if python}
    turns = [{f: run(f, python) for f, python in pythons.items()} for _ in range(options.turns)]
    for i, op in enumerate(OPS):
        line = f"{op:10} {statistics.median(t['nucella'][i] for t in turns):6.3f} us"
        for peer in list(pythons)[1:]:
            ratios = [t["nucella"][i] / t[peer][i] for t in turns]
            line += f", {statistics.median(ratios):.3f} of {peer} ({min(ratios):.3f} to {max(ratios):.3f})"
        print(line)


if __name__ == "__main__":
    main()
