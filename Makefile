# Everything here works on a machine that has Python 3.11 or newer, git and make.
# The first call of a target sets up .venv in this folder; later calls find it there.

PYTHON ?= python3
PORT   ?=
ARGS   ?=

VENV := .venv
BIN  := $(VENV)/bin

RUN := $(VENV)/.set-up-to-run
DEV := $(VENV)/.set-up-to-develop
BENCH := $(VENV)/.set-up-to-measure

# Whoever forbids Python to keep what it compiled has each of the tests' processes compile it anew,
# which is half the time that a command takes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test suite lint types layers wheel image size check bench fuzz properties hostile crash golden freeze clean moved

help: ## Show this list.
	@echo "Tenure. make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)$$/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-9s %s\n", $$1, $$2 }'
	@echo "Settings: PORT=8080 (demo), ARGS='-k edtf' (test), FUZZ=, KILLS=, SEED=, PYTHON=python3.12 (set-up)."

demo: $(RUN) ## Serve the knowledge base on this machine (PORT=N picks the port).
	@$(BIN)/tenure serve $(if $(PORT),--port $(PORT))

test: $(DEV) ## Run all tests (ARGS='…' goes to pytest).
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

suite: $(DEV) ## Fetch the W3C's test suite for SHACL, which the tests then run.
	@$(BIN)/python -m tests.validate.fetch_shacl_suite

lint: $(DEV) ## Check style and format (ruff).
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV) ## Check types (mypy, strict).
	@$(BIN)/mypy

layers: $(DEV) ## Check that imports go down only (import-linter).
	@$(BIN)/lint-imports --no-logo

wheel: $(DEV) ## Build the wheel into dist/ and try it alone in an empty environment.
	@$(BIN)/python .ci/try_wheel.py

image: $(DEV) ## Build the container image and try it as deploy/Containerfile says (podman or docker).
	@$(BIN)/python .ci/try_image.py

size: $(DEV) ## Measure how large the code is and how it hangs together.
	@$(BIN)/python .ci/size.py $(ARGS)

check: lint types layers wheel test ## All of the above checks, the tests last.

bench: $(BENCH) ## Measure beside other engines, and write docs/reference/benchmarks.md (SIZES='10000 100000').
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(DEV) ## Try hostile input for longer (FUZZ=500 examples of each kind).
	@FUZZ_EXAMPLES=$(or $(FUZZ),500) $(BIN)/pytest -n auto tests/fuzz $(ARGS)

properties: $(DEV) ## Hold time to brute force for longer (EXAMPLES=20 times as many examples).
	@EXAMPLES=$(or $(EXAMPLES),20) $(BIN)/pytest -n auto tests/temporal tests/fusion tests/knowledge $(ARGS)

hostile: $(DEV) ## Try hostile queries and bodies for longer.
	@HOSTILE_ROUNDS=20 HOSTILE_SECONDS=5 HOSTILE_BODIES=200 $(BIN)/pytest tests/hostile $(ARGS)

crash: $(DEV) ## Kill a writing process and a server at random moments (KILLS=300 SEED=…).
	@CRASH_KILLS=$(or $(KILLS),300) CRASH_SEED=$(or $(SEED),tenure) $(BIN)/pytest -n 0 --timeout 7200 tests/crash $(ARGS)

golden: $(DEV) ## Ask every question of every face, show what differs (ARGS=--write keeps it).
	@$(BIN)/python -m tests.golden $(ARGS)

freeze: ## Resolve the dependencies anew and write constraints.txt.
	@PYTHON='$(PYTHON)' sh .ci/freeze.sh

clean: ## Remove .venv and everything that was built or cached.
	@rm -rf $(VENV) build dist api/web/node_modules api/tenure_api/static/bundle .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Set-up ------------------------------------------------------------------------------------

# The scripts of the pages are bundled when the checkout is installed.
$(RUN) $(DEV) $(BENCH): pyproject.toml constraints.txt $(wildcard hatch_build.py api/web/package-lock.json api/web/src/*)

# An editable install and the scripts of a virtual environment know absolute paths, so a checkout
# that was moved is set up again.
ifneq ($(shell cat $(VENV)/.place 2>/dev/null),$(CURDIR))
$(RUN) $(DEV) $(BENCH): moved
endif

$(RUN):
	@PYTHON='$(PYTHON)' sh .ci/set_up.sh $(VENV) .
	@touch $@

$(DEV):
	@PYTHON='$(PYTHON)' sh .ci/set_up.sh $(VENV) '.[dev]'
	@touch $(RUN) $@

$(BENCH):
	@PYTHON='$(PYTHON)' sh .ci/set_up.sh $(VENV) '.[dev,bench]'
	@touch $(RUN) $(DEV) $@
