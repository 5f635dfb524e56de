# What people do here every day. Each target prepares what it needs; nothing is installed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(ONE_VOICE_DATA),data)

.PHONY: setup run demo test check format bench torture train lock clean

setup: $(VENV)/.run

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit('One Voice needs Python 3.11 or newer; this is %d.%d. Set PYTHON=/path/to/python3.' % sys.version_info[:2] if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run
	$(BIN)/python -m comms.serve

demo: $(VENV)/.run
	$(BIN)/python -m comms.serve --demo

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

torture: $(VENV)/.dev
	HYPOTHESIS_PROFILE=torture $(BIN)/python -m pytest -m "torture or not torture"

train: $(VENV)/.run
	$(BIN)/python -m monitors.relevance.train

# uv writes the locks; they name no index, so each machine uses its own.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
