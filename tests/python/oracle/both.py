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


def both(script, tmp_path, *arguments):
    """What `script` writes as JSON into the file named by its first argument: (of MindSpore, of nucella)."""
    theirs = _run([ORACLE], script, arguments, tmp_path / "theirs.json")
    ours = _run([sys.executable, "-m", "nucella.as_mindspore"], script, arguments, tmp_path / "ours.json")
    return theirs, ours
