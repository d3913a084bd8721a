# Every command of the project; `make help` lists them. Each installs what it needs first and can be run twice.
PREFIX ?= /usr/local
JOBS ?= 2
FUZZ_SECONDS ?= 60

# The compiler cache serves every checkout: it sees paths relative to this one.
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
export CCACHE_SLOPPINESS ?= pch_defines,time_macros,include_file_mtime,include_file_ctime

.DEFAULT_GOAL := help
.PHONY: help build python demo examples gpt nightly test test-oracle bench lint format docs ops-table install wheel asan tsan torture fuzz clean setup venv

help: ## lists the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 10

setup:
	@tools/setup.sh build

# $(call compile,<folder>,<options of cmake>,<targets>)
compile = cmake -S . -B $(1) -G Ninja $(2) && cmake --build $(1) -j $(JOBS) --target $(3)
run_tests = ctest --test-dir $(1) -j $(JOBS) --output-on-failure --no-tests=error

build: venv ## builds the library, the programs, the tests, the benchmarks and the Python package into build/
	$(call compile,build,$(with_python),all)

# The interpreter of the Python package and its tests, with what they need.
PYTHON = $(CURDIR)/.venv/bin/python
with_python = -DNUCELLA_PYTHON=ON -DPython_EXECUTABLE=$(PYTHON)
venv: setup
	@tools/setup.sh python
	@tools/venv.sh .venv python/requirements.txt

python: venv ## the Python package, into build/python
	$(call compile,build,$(with_python),nucella_python nucella_python_stub)

demo: setup ## from a fresh machine to the main job: trains LeNet-5 on Fashion-MNIST, saves, reloads, evaluates
	$(call compile,build,,app_demo)
	build/bin/demo

examples: python ## builds and runs the programs in examples/, with a line about each
	$(call compile,build,$(with_python),all_examples)
	$(PYTHON) tools/run_examples.py $(if $(MINILM),--minilm $(MINILM))

gpt: setup ## trains a small GPT on the texts of Debian's package fortunes, draws its curve, and lets it write
	@tools/setup.sh text
	$(call compile,build,,app_nucella)
	build/bin/nucella train-text --save build/gpt.ckpt --curve build/gpt.svg
	build/bin/nucella generate build/gpt.ckpt --tokens 600

nightly: setup ## trains ResNet-18 on Fashion-MNIST for 8 epochs, which must reach an accuracy of 0.92 (a quarter of an hour)
	$(call compile,build,,app_nucella)
	build/bin/nucella train --model resnet18 --epochs 8 --batch-size 128 --lr 0.1 --weight-decay 5e-4 --schedule cosine \
	  --label-smoothing 0.1 --flip --shift 2 --at-least 0.92 --log-dir build/nightly --save build/nightly/resnet18.ckpt

test: venv ## from a fresh machine to all tests passed
	$(call compile,build,$(with_python),all all_verify_interface_header_sets)
	$(call run_tests,build)

test-oracle: venv ## compares with real MindSpore, which it installs into .venv-oracle
	@tools/venv.sh .venv-oracle tests/python/oracle/requirements.txt
	$(call compile,build,$(with_python),nucella_python)
	PYTHONPATH=$(CURDIR)/build/python $(PYTHON) -m pytest -m oracle tests/python

asan: venv ## all tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer; leaks from Python too
	$(call compile,build-asan,-DNUCELLA_SANITIZE=address$(COMMA)undefined $(with_python),all)
	$(call run_tests,build-asan)

# ThreadSanitizer of this age cannot live with the wide address randomisation of new kernels.
FIXED_ADDRESSES = $(shell setarch -R true 2>/dev/null && echo setarch -R)
tsan: setup ## all tests under ThreadSanitizer
	$(call compile,build-tsan,-DNUCELLA_SANITIZE=thread,all)
	$(FIXED_ADDRESSES) $(call run_tests,build-tsan)

torture: setup ## 1,000 killed saves and 10,000 damaged checkpoints
	$(call compile,build,,nucella_tests)
	NUCELLA_TORTURE=1000 OMP_WAIT_POLICY=passive build/bin/nucella_tests --gtest_filter='CheckpointFaults.*'

fuzz: setup ## each fuzz target for FUZZ_SECONDS (60) seconds
	@tools/setup.sh fuzz
	$(call compile,build-fuzz,-DCMAKE_CXX_COMPILER=clang++ -DNUCELLA_FUZZ=ON -DNUCELLA_DEVELOP=OFF,fuzz_targets)
	tools/fuzz.sh build-fuzz $(FUZZ_SECONDS)

bench: setup ## ratios against the peers
	$(call compile,build,,nucella_bench)
	build/bin/nucella_bench

lint: venv ## layers, file sizes, documents, format, clang-tidy and ruff
	@tools/setup.sh lint
	.venv/bin/ruff check python tests/python examples bench tools
	python3 tools/check_layers.py
	python3 tools/check_docs.py
	tools/format.sh --check
	$(call compile,build,,nucella)
	tools/tidy.sh build

format: ## formats all C++ files
	@tools/setup.sh lint
	tools/format.sh

ops-table: python ## docs/ops.md from the op table
	PYTHONPATH=$(CURDIR)/build/python .venv/bin/python tools/op_docs.py

docs: setup ## the reference of ops and public headers as HTML
	@tools/setup.sh docs
	doxygen docs/Doxyfile
	@echo "docs: open build/docs/html/index.html"

install: setup ## installs headers, library, package file and command line below PREFIX (/usr/local)
	$(call compile,build,,all)
	cmake --install build --prefix $(PREFIX)

# The compiler by the name that CMake finds itself: the compiler cache tells them apart by their names.
wheel: venv ## the Python package as a wheel in build/wheel, tried in a virtual environment of its own
	CXX="$${CXX:-c++}" $(PYTHON) -m pip wheel --quiet --no-build-isolation --no-deps --wheel-dir build/wheel .
	tools/try_wheel.sh build/wheel build/wheel-venv

clean: ## removes everything that was built
	rm -rf build build-asan build-tsan build-fuzz build-wheel

COMMA := ,
