#!/bin/sh
# Runs each fuzz target for some seconds; what it finds worth keeping goes to <build folder>/corpus, never to the tree.
# A target <format>_fuzz starts from the files of that format in tests/golden and from what fuzz/corpus holds for it.
# usage: tools/fuzz.sh <build folder> <seconds>
set -eu
cd "$(dirname "$0")/.."
build=$1 seconds=$2
export OMP_NUM_THREADS=1
for target in "$build"/bin/*_fuzz; do
  name=$(basename "$target")
  corpus=$build/corpus/$name
  mkdir -p "$corpus"
  find tests/golden -name "*.${name%_fuzz}" -exec cp -f {} "$corpus" \;
  if [ -d "fuzz/corpus/$name" ]; then cp -f "fuzz/corpus/$name"/* "$corpus"; fi
  echo "fuzz: $name for $seconds s"
  "$target" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$build/" "$corpus"
done
