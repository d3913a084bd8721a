"""Runs one script twice, under real MindSpore and under nucella, and compares the results."""
import json
import os
import pathlib
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
ORACLE = HERE.parents[2] / ".venv-oracle" / "bin" / "python"


def _run(command, script, arguments, result):
    environment = dict(os.environ, GLOG_v="4")
    subprocess.run([*command, str(HERE / script), str(result), *map(str, arguments)], check=True, cwd=result.parent,
                   env=environment)
    return json.loads(result.read_text())


_COMMANDS = {"theirs": [ORACLE], "ours": [sys.executable, "-m", "nucella.as_mindspore"]}


def run_one(which, script, tmp_path, *arguments):
    """What `script` writes as JSON into the file named by its first argument, under "theirs" or "ours"."""
    return _run(_COMMANDS[which], script, arguments, tmp_path / f"{which}.json")


def both(script, tmp_path, *arguments):
    """The result of `script` of both: (of MindSpore, of nucella)."""
    return run_one("theirs", script, tmp_path, *arguments), run_one("ours", script, tmp_path, *arguments)


def close(ours, theirs, tolerance):
    """Nested lists and dicts (in one order), numbers equal up to rounding, anything else equal."""
    if isinstance(theirs, dict):
        return (isinstance(ours, dict) and list(ours) == list(theirs)
                and all(close(ours[key], theirs[key], tolerance) for key in theirs))
    if isinstance(theirs, list):
        return (isinstance(ours, list) and len(ours) == len(theirs)
                and all(close(a, b, tolerance) for a, b in zip(ours, theirs)))
    if isinstance(theirs, float):
        return isinstance(ours, (int, float)) and bool(
            np.isclose(ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True)
        )
    return ours == theirs
