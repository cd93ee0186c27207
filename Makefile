# The workshop. Everything runs in .venv, which is made anew only when pyproject.toml changed.
#
#   make demo    an example desk of a week, replayed: figures here, pictures in demo/report.html
#   make test    all tests, coverage reported        make bench        the benchmarks, in full
#   make check   style, types, floors                make bench-smoke  the benchmarks, small
#   make clean   remove what was made

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: help demo test bench bench-smoke check style types floors clean

VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

help:
	@sed -n 's/^#   //p' Makefile

# --- the environment: the first Python from 3.11 on that runs -------------------------------------

$(VENV)/made: pyproject.toml
	@rm -rf $(VENV)
	@for python in $${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "making $(VENV) with $$($$python --version)"; \
	        $$python -m venv $(VENV); touch $@; exit 0; \
	    fi; \
	done; echo "no Python from 3.11 on was found; name one: make PYTHON=/path/to/python" >&2; exit 1

$(VENV)/made-report: $(VENV)/made
	@$(PIP) install --editable '.[report]'
	@touch $@

$(VENV)/made-dev: $(VENV)/made
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/made-report

# --- what it is for -------------------------------------------------------------------------------

demo: $(VENV)/made-report
	@$(BIN)/python examples/example_desk.py --out $(DEMO)
	@$(BIN)/assignwork replay --workspace $(DEMO)/workspace.json --commands $(DEMO)/commands.jsonl \
	    --events $(DEMO)/events.jsonl --report $(DEMO)/report.html
	@echo "The page with pictures lies at $(CURDIR)/$(DEMO)/report.html"

PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile

test: $(VENV)/made-dev
	$(PYTEST) -m 'not untraced' --cov --cov-report=term $(PYTEST_ARGS)
	$(PYTEST) -m untraced $(PYTEST_ARGS)

SERVICENOW := ../shared/data/servicenow_incidents.csv.gz

bench: $(VENV)/made-dev
	$(BIN)/assignwork bench --log $(SERVICENOW)

bench-smoke: $(VENV)/made-dev
	$(BIN)/assignwork bench --small --runs 1
	@if compgen -G 'benchmarks/*.py' >/dev/null; then \
	    $(BIN)/python -m pytest benchmarks --benchmark-disable --quiet; \
	fi

check: style types floors

style: $(VENV)/made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(VENV)/made-dev
	$(BIN)/mypy

floors: $(VENV)/made-dev
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) $(DEMO) build dist htmlcov .coverage .pytest_cache .mypy_cache .ruff_cache \
	    .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
