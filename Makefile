# The commands people type. What they do is in `nianbao`; here it only gets installed and called.

YEAR   ?= 2020
ENTITY ?= hangzhou

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
STRIP := $(BIN)/nbstripout --keep-id \
	--extra-keys "metadata.papermill metadata.language_info.version cell.metadata.papermill"
# What `make clean` must not leave and git does not list: nothing else is made outside reports/.
CACHES := .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help report edit check test test-slow bench lint lock clean FORCE

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: $(VENV)/.project ## Build the report into reports/ (YEAR=2020 ENTITY=hangzhou)
	$(BIN)/nianbao build --year $(YEAR) --entity $(ENTITY)

edit: $(VENV)/.project ## Open the chapters in JupyterLab
	$(BIN)/jupyter lab notebooks

check: $(VENV)/.project ## Check the data against schemas and rules
	$(BIN)/nianbao check

test: $(VENV)/.dev ## Run the tests, but for the slow ones
	$(BIN)/python tests/system_tools.py
	$(BIN)/pytest -q -m "not slow"

test-slow: $(VENV)/.dev ## Run the slow tests
	$(BIN)/python tests/system_tools.py
	$(BIN)/pytest -q -m slow || [ $$? -eq 5 ]  # 5: there are none

bench: $(VENV)/.dev ## Measure the build against the stock way (about half an hour)
	$(BIN)/python tests/benchmarks/benchmark.py

lint: $(VENV)/.dev ## Check style, types and that notebooks are stripped
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	find notebooks -name '*.ipynb' -not -path '*/.*' -exec $(STRIP) --verify {} +

lock: $(VENV)/.dev ## Write the lock files from pyproject.toml (UPGRADE=1: newest versions)
	$(LOCK) --group build --output-file requirements.lock pyproject.toml
	$(LOCK) --group dev --extra cluster --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## Remove everything that make made, but for committed files
	rm -rf $(VENV) $(CACHES)
	find src tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
	git clean -fdXq -- reports

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

# Each stamp stands for one step of the installation; a second call finds them and does nothing.

$(VENV)/.made:
	@set -e; for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version) ..."; \
			"$$python" -m venv --clear $(VENV); pwd > $@; exit 0; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed; python3 here is: $$(python3 --version 2>&1 || true)." >&2; \
	echo "Install one and name it: make report PYTHON=/path/to/python3.12" >&2; exit 1

# An environment knows its own path: after the folder was moved or copied, make it anew.
ifneq ($(shell cat $(VENV)/.made 2>/dev/null),$(CURDIR))
$(VENV)/.made: FORCE
endif

$(VENV)/.runtime: requirements.lock $(VENV)/.made
	@echo "Installing what requirements.lock names (about a minute, once) ..."
	@$(PIP) install --require-hashes --compile -r $<
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.runtime
	@$(PIP) install --no-build-isolation --no-deps --no-index --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.project
	@echo "Installing what requirements-dev.lock adds, for tests and checks ..."
	@$(PIP) install --require-hashes --compile -r $<
	@touch $@
