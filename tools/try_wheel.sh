#!/bin/sh
# Installs the wheel into a clean virtual environment and runs the Python examples with it.
# usage: tools/try_wheel.sh <folder of the wheel> <folder of the environment>
set -eu
wheels=$1
mkdir -p "$2"
venv=$(cd "$2" && pwd)

rm -rf "$venv"
/usr/bin/python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --find-links "$wheels" nucella
examples=$(cd "$(dirname "$0")/../examples" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for example in no_init_parameters quickstart; do
  (cd "$work" && "$venv/bin/python" -I "$examples/$example.py")
done
