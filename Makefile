# Two commands do everything: `make demo` and `make test`. Each sets up what it needs first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLES := $(wildcard samples/*.cu)

.PHONY: demo test lab bench vsix wheel setup lint lint-python lint-node code-server format check-python check-compiler check-node clean help

help:
	@echo "make demo   port the samples, run original and port side by side on the CPU device"
	@echo "make test   lint, type-check and test everything"
	@echo "make lab    open JupyterLab on the sample notebook"
	@echo "make bench  print the benchmark tables (BENCH=\"--corpus DIR --hipify-perl PATH\" for yours)"
	@echo "make vsix   build the VS Code extension"
	@echo "make wheel  build the Python wheel"

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "hipwright needs Python 3.10 or newer; set PYTHON=/path/to/python3"; exit 2; }

check-compiler:
	@command -v g++ >/dev/null || command -v clang++ >/dev/null || \
	  { echo "the CPU device needs a C++17 compiler: install g++ or clang++"; exit 2; }

check-node:
	@command -v npm >/dev/null || { echo "building the front ends needs node 20 or newer with npm"; exit 2; }

# What `make demo` needs: the package alone, without the front ends, so that it starts soon.
$(VENV)/.base: pyproject.toml | check-python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --upgrade pip
	SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install -q -e .
	@touch $@

# What everything else needs: the front ends built, all extras, the development tools. What npm and
# pip install does not depend on each other: `make -j 2` has both installed side by side.
$(VENV)/.extras: $(VENV)/.base pyproject.toml
	rm -rf $(VENV)/share/jupyter/labextensions/hipwright
	SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install -q -e '.[all]' --group dev
	@touch $@

$(VENV)/.node: package-lock.json | check-node
	npm ci --no-audit --no-fund
	@mkdir -p $(VENV) && touch $@

LABEXTENSION := $(shell find labextension -path '*/node_modules' -prune -o -path labextension/lib -prune -o -type f -print)

# Not while pip runs, which looks at what is built.
$(VENV)/.labextension: $(VENV)/.node $(LABEXTENSION) | $(VENV)/.extras
	npm run build --workspace labextension
	@touch $@

$(VENV)/.full: $(VENV)/.extras $(VENV)/.labextension
	cd server && ../$(BIN)/jupyter-builder develop hipwright_server --overwrite
	@touch $@

setup: $(VENV)/.full

demo: $(VENV)/.base check-compiler
	@$(BIN)/python samples/demo.py

# Set up and look at the sources two at a time; the tests themselves use two processes.
test:
	@$(MAKE) -j 2 lint code-server
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
	npm test --workspaces --if-present

lint: lint-python lint-node

lint-python: $(VENV)/.full
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.clang_format --check

lint-node: $(VENV)/.full
	npm run lint

code-server: $(VENV)/.full
	$(BIN)/python tests/e2e/install_code_server.py

format: $(VENV)/.full
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tools.clang_format
	npm run format

lab: $(VENV)/.full
	$(BIN)/jupyter lab samples/hipwright.ipynb

bench: $(VENV)/.full
	$(BIN)/python -m benchmarks $(BENCH)

vsix: $(VENV)/.full
	npm run package --workspace vscode

wheel: $(VENV)/.full
	$(BIN)/python -m build

clean:
	rm -rf $(VENV) node_modules dist .cache labextension/lib server/hipwright_server/labextension vscode/out
