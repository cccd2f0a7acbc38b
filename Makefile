# The verbs of the project. Only PyPI must be reachable; nothing is installed outside .venv.

VENV   ?= .venv
DEMO   ?= demo
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test explore lint format types knowledge check clean

help: ## list the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "limiter needs Python 3.11 or newer with venv; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed ## diagnose a real athlete and a made-up one, and leave the printable pages in demo/
	@$(BIN)/limiter demo --into $(DEMO)

test: $(VENV)/.installed-dev ## install what the tests need and run them all
	$(BIN)/python -m pytest -n auto

explore: $(VENV)/.installed-dev ## try the laws on examples nobody has tried; what it finds becomes a test
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n auto -m hypothesis

lint: $(VENV)/.installed-dev ## ruff
	$(BIN)/ruff check .

format: $(VENV)/.installed-dev ## ruff's formatter, on the files that keep to it
	$(BIN)/ruff format .

types: $(VENV)/.installed-dev ## mypy --strict
	$(BIN)/mypy --strict

knowledge: $(VENV)/.installed ## read and check every knowledge page
	$(BIN)/limiter rules check

check: test lint types knowledge ## everything that must hold before a commit

clean: ## remove what the verbs above made
	rm -rf $(VENV) $(DEMO) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
