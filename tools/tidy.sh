#!/bin/sh
# Runs clang-tidy on the library's sources, or on those given. usage: tools/tidy.sh <build folder> [file ...]
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
[ $# -gt 0 ] || set -- $(git ls-files 'nucella/*.cpp' 'apps/*.cpp')
printf '%s\n' "$@" |
  xargs -P "${JOBS:-2}" -n 4 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option
