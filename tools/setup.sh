#!/bin/sh
# Installs the Debian packages that a task needs and that are not there yet; asks the network for nothing otherwise.
# usage: tools/setup.sh build|python|lint|fuzz|docs|text ...
set -eu

packages_of() {
  case $1 in
    build) echo g++ cmake ninja-build ccache python3 pkg-config zlib1g-dev libssl-dev libdnnl-dev libhwy-dev \
                libprotozero-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev libgtest-dev libgmock-dev \
                libbenchmark-dev dataset-fashion-mnist ;;
    python) echo python3-dev python3-venv ;;
    lint) echo clang-format clang-tidy ;;
    fuzz) echo clang libclang-rt-14-dev libomp-dev llvm ;;
    docs) echo doxygen ;;
    text) echo fortunes ;;
    *) echo "setup: unknown task '$1'; the tasks are build, python, lint, fuzz, docs and text" >&2; exit 2 ;;
  esac
}

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}

wanted=$(for task in "$@"; do packages_of "$task"; done)

if ! command -v dpkg-query >/dev/null; then
  echo "setup: this is no Debian system, so nothing is installed; what is needed:" $wanted >&2
  exit 0
fi

missing=$(for package in $wanted; do installed "$package" || echo "$package"; done)
[ -n "$missing" ] || exit 0
echo "setup: installing" $missing

if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  echo "setup: not root and no sudo here; run as root: apt-get install" $missing >&2
  exit 1
fi

for attempt in 1 2 3; do
  apt update || echo "setup: apt-get update failed; trying with the package lists at hand" >&2
  if apt install --no-install-recommends $missing; then
    exit 0
  fi
  echo "setup: attempt $attempt of 3 failed" >&2
  sleep $((attempt * 10))
done
echo "setup: could not install" $missing >&2
exit 1
