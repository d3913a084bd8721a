"""``python -m nucella.as_mindspore script.py [args]``: runs a script that imports mindspore."""

import pathlib
import runpy
import sys

from nucella.as_mindspore.finder import install


def main():
    """Runs the script of the command line as the main program."""
    if len(sys.argv) < 2:
        sys.exit("usage: python -m nucella.as_mindspore script.py [args]")
    install()
    del sys.argv[0]
    sys.path[0] = str(pathlib.Path(sys.argv[0]).resolve().parent)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
