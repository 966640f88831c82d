# make run   install what is needed and open a working hall at http://localhost:8080
# make test  install what is needed and run every test
# make lint  ruff and mypy strict
# make bench every figure beside its limit

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
HOST ?= 127.0.0.1
HALL ?= luojiazhuang
# Tests write thousands of small files that nobody keeps: into memory, where there is room for 2 GB, so that their time
# is not that of the disk's syncs. TEST_FILES=/some/folder puts them elsewhere.
TEST_FILES ?= $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }')" -gt 2000000 ] 2>/dev/null && echo /dev/shm || echo "$${TMPDIR:-/tmp}")

.PHONY: run test lint bench emupos

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). PYTHON=/path/to/python3.11 names another."; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/install-debian python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/run-ready: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# The shell makes the page tests three times as quick; not every Debian has it.
$(VENV)/test-ready: $(VENV)/run-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	scripts/install-debian chromium chromium-headless-shell fonts-noto-cjk || scripts/install-debian chromium fonts-noto-cjk
	@touch $@

run: $(VENV)/run-ready
	$(BIN)/hallserver run --hall $(HALL) --always-open --demonstration --host $(HOST) --port $(PORT)

lint: $(VENV)/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Three at a time on two cores: a test that waits for a clock, a voice or a disk leaves its core to another.
# Dozens of servers start: what Python made of the source the first time is kept, wherever else it shall not be.
test: lint
	PYTHONDONTWRITEBYTECODE= TMPDIR=$(TEST_FILES) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/test-ready
	$(BIN)/python -m benchmarks

emupos: $(VENV)/test-ready
	tests/emupos/run
