#!/bin/sh
# Formats all C++ files; with --check only says which are not formatted, and fails.
set -eu
cd "$(dirname "$0")/.."
case ${1-} in
  --check) set -- --dry-run -Werror ;;
  "") set -- -i ;;
  *) echo "usage: tools/format.sh [--check]" >&2; exit 2 ;;
esac
git ls-files -z --cached --others --exclude-standard '*.h' '*.cpp' | xargs -0 clang-format "$@"
