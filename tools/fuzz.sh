#!/bin/sh
# Runs each fuzz target for some seconds; what it finds worth keeping goes to <build folder>/corpus, never to the tree.
# usage: tools/fuzz.sh <build folder> <seconds>
set -eu
cd "$(dirname "$0")/.."
build=$1 seconds=$2
for target in "$build"/bin/*; do
  name=$(basename "$target")
  found=$build/corpus/$name
  mkdir -p "$found"
  set -- "$found"
  [ ! -d "fuzz/corpus/$name" ] || set -- "$@" "fuzz/corpus/$name"
  echo "fuzz: $name for $seconds s"
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$build/" "$@"
done
