# Every command of the project; `make help` lists them. Each installs what it needs first and can be run twice.
PREFIX ?= /usr/local
JOBS ?= 2
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help build demo test bench lint format docs install wheel asan tsan fuzz clean setup

help: ## lists the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup:
	@tools/setup.sh build

# $(call compile,<folder>,<options of cmake>,<targets>)
compile = cmake -S . -B $(1) -G Ninja $(2) && cmake --build $(1) -j $(JOBS) --target $(3)
run_tests = ctest --test-dir $(1) -j $(JOBS) --output-on-failure --no-tests=error

build: setup ## builds the library, the programs, the tests and the benchmarks into build/
	$(call compile,build,,all)

demo: setup ## from a fresh machine to the main job: trains LeNet-5 on Fashion-MNIST, saves, reloads, evaluates
	$(call compile,build,,app_demo)
	build/bin/demo

test: setup ## from a fresh machine to all tests passed
	$(call compile,build,,all all_verify_interface_header_sets)
	$(call run_tests,build)

asan: setup ## all tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer
	$(call compile,build-asan,-DNUCELLA_SANITIZE=address$(COMMA)undefined,all)
	$(call run_tests,build-asan)

# ThreadSanitizer of this age cannot live with the wide address randomisation of new kernels.
FIXED_ADDRESSES = $(shell setarch -R true 2>/dev/null && echo setarch -R)
tsan: setup ## all tests under ThreadSanitizer
	$(call compile,build-tsan,-DNUCELLA_SANITIZE=thread,all)
	$(FIXED_ADDRESSES) $(call run_tests,build-tsan)

fuzz: setup ## each fuzz target for FUZZ_SECONDS (60) seconds
	@tools/setup.sh fuzz
	$(call compile,build-fuzz,-DCMAKE_CXX_COMPILER=clang++ -DNUCELLA_FUZZ=ON -DNUCELLA_DEVELOP=OFF,fuzz_targets)
	tools/fuzz.sh build-fuzz $(FUZZ_SECONDS)

bench: setup ## ratios against the peers
	$(call compile,build,,nucella_bench)
	build/bin/nucella_bench

lint: setup ## layers, file sizes, documents, format and clang-tidy
	@tools/setup.sh lint
	python3 tools/check_layers.py
	python3 tools/check_docs.py
	tools/format.sh --check
	$(call compile,build,,nucella)
	tools/tidy.sh build

format: ## formats all C++ files
	@tools/setup.sh lint
	tools/format.sh

docs: setup ## the reference of ops and public headers as HTML
	@tools/setup.sh docs
	$(call compile,build,,op_reference)
	mkdir -p build/docs && build/bin/op_reference >build/docs/ops.md
	doxygen docs/Doxyfile
	@echo "docs: open build/docs/html/index.html"

install: setup ## installs headers, library, package file and command line below PREFIX (/usr/local)
	$(call compile,build,,all)
	cmake --install build --prefix $(PREFIX)

wheel: ## the Python package
	@echo "make wheel: there is no Python package yet; it comes with the Python front" >&2; exit 1

clean: ## removes everything that was built
	rm -rf build build-asan build-tsan build-fuzz

COMMA := ,
