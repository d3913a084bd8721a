"""Times loading and saving 1 GiB of parameters beside the peers; prints a table.

compare.py PROGRAM [--nucella PYTHON] [--mindspore PYTHON] [--torch PYTHON] [--folder DIR] [--turns 3]

PROGRAM is bench_checkpoint; the others are interpreters that have the framework (the one of torch has safetensors,
too). All sides take turns in one run, each in a process of its own, with the files in the page cache. The figure is the
median of the turns. A save is set against plain `write` and `fsync` of as many bytes.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

PYTHON = str(pathlib.Path(__file__).resolve().parent / "python_checkpoint.py")
GIB = 1 << 30


def phases_of(command):
    """The phases that a program prints: name to (milliseconds, resident bytes, most resident bytes)."""
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in printed.splitlines():
        name, *numbers = line.split()
        found[name] = tuple(map(float, numbers))
    return found


def write_and_sync(folder):
    """What the disk reaches: a GiB of zeros in pieces of 16 MiB, then fsync."""
    piece = b"\1" * (16 << 20)
    path = os.path.join(folder, "plain")
    start = time.perf_counter()
    with open(path, "wb", buffering=0) as file:
        for _ in range(GIB // len(piece)):
            file.write(piece)
        os.fsync(file.fileno())
    took = (time.perf_counter() - start) * 1e3
    os.unlink(path)
    return {"save": (took, 0.0, 0.0)}


def sides_of(options, folder):
    """Name of each row, the command that runs it, and the one that makes its file."""
    program, file = options.program, os.path.join(folder, "ours.ckpt")
    yield "nucella C++ .ckpt", [program, "load", file], [program, "write", file]
    tensors = os.path.join(folder, "ours.safetensors")
    yield "nucella C++ .safetensors", [program, "load", tensors], [program, "write", tensors]
    yield "nucella C++ .ckpt, mmap=False", [program, "load-read", file], None
    yield "parallel memcpy of that file", [program, "copy", file], None
    yield "nucella C++ .ckpt into bfloat16", [program, "load-bfloat16", file], None
    if options.mindspore:
        theirs = os.path.join(folder, "theirs.ckpt")
        python = [options.mindspore, PYTHON, "mindspore"]
        yield "MindSpore, its .ckpt", [*python, "load", theirs], [*python, "write", theirs]
        yield "nucella C++, that .ckpt", [program, "load", theirs], None
    if options.nucella:
        yield "nucella Python .ckpt", [options.nucella, PYTHON, "nucella", "load", file], None
    if options.torch:
        python = [options.torch, PYTHON, "torch"]
        own = os.path.join(folder, "own.pt")
        yield "PyTorch, meta, mmap, assign", [*python, "load", own], [*python, "write", own]
        yield "safetensors into PyTorch", [options.torch, PYTHON, "safetensors", "load", tensors], None
    saved = os.path.join(folder, "saved.ckpt")
    yield "nucella C++ save", [program, "save", saved], None
    yield "nucella C++ save, asynchronous", [program, "save-async", saved], None
    if options.mindspore:
        yield "MindSpore save", [options.mindspore, PYTHON, "mindspore", "save", saved], None
    if options.torch:
        pt = os.path.join(folder, "saved.pt")
        yield "PyTorch save and fsync", [options.torch, PYTHON, "torch", "save", pt], None
    yield "nucella C++, 10,000 cells of 70 billion parameters", [program, "giant", "-"], None


def main():
    """Prints one line for each side and phase."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--nucella")
    parser.add_argument("--mindspore")
    parser.add_argument("--torch")
    parser.add_argument("--folder")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        sides = list(sides_of(options, folder))
        for _, _, make in sides:
            if make:
                subprocess.run(make, check=True, capture_output=True)
        results = {name: [] for name, _, _ in sides}
        results["write and fsync"] = []
        for _ in range(options.turns):
            for name, command, _ in sides:
                results[name].append(phases_of(command))
            results["write and fsync"].append(write_and_sync(folder))
    print(f"{'':52}{'phase':14}{'ms':>10}{'resident':>11}{'at most':>11}   (of the model's bytes)")
    for name, turns in results.items():
        for phase in turns[0]:
            took, now, most = (statistics.median(turn[phase][i] for turn in turns) for i in range(3))
            print(f"{name:52}{phase:14}{took:10.2f}{now / GIB:11.1%}{most / GIB:11.1%}")


if __name__ == "__main__":
    main()
