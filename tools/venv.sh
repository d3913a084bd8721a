#!/bin/sh
# Makes a virtual environment with the packages of a requirements file; asks the network only when that file is new.
# usage: tools/venv.sh <folder> <requirements.txt>
set -eu
folder=$1
requirements=$2

if ! cmp -s "$requirements" "$folder/requirements.txt"; then
  [ -x "$folder/bin/python" ] || /usr/bin/python3 -m venv "$folder"
  for attempt in 1 2 3; do
    if "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"; then
      cp "$requirements" "$folder/requirements.txt"
      exit 0
    fi
    echo "venv: attempt $attempt of 3 failed" >&2
    sleep $((attempt * 5))
  done
  exit 1
fi
