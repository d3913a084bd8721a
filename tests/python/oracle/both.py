"""Runs one script twice, under real MindSpore and under nucella, and gives both results."""
import json
import os
import pathlib
import subprocess
import sys

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
