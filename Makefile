# Everything a machine with Python >= 3.11 needs is installed into .venv from the locked requirements.

# The first Python that is new enough; `make PYTHON=/path/to/python3` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
PACKAGES := archiver evidence_store muniment tui verify
# Compiled once, not by each of the many processes that the tests start.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

FUZZ_SECONDS ?= 60

.PHONY: demo npm-packages pywb test soak fuzz lint bench bench-reuse docs lock clean help

help:
	@echo "make demo   preserve the sample live blog into ./muniment-demo and verify the bundle three ways"
	@echo "make test   the tests (at most ten minutes)        make soak   the full counts"
	@echo "make lint   ruff, mypy, import contracts, sizes    make bench  the benchmarks, beside peers; bench-reuse: half an hour"
	@echo "make docs   what is generated in docs              make lock   the requirements with their hashes"
	@echo "make fuzz   each parser for FUZZ_SECONDS (60)"
	@echo "make npm-packages  what some tests of replay and report need from npm     make pywb  what another needs"
	@echo "make clean  remove what was built, and the demo"

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Muniment needs Python 3.11 or later: apt install python3, or make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Muniment needs Python 3.11 or later, and $(PYTHON) is older: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The project is linked, not copied, so that the environment never holds an older state of it.
$(VENV)/.base: requirements/base.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing the locked requirements into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/base.txt -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "installing the locked development requirements into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.base
	$(BIN)/muniment demo --yes

test: $(VENV)/.dev
	$(PYTEST) -q -n 2 --dist loadgroup

# Used by tests only, and never shipped: the player of archives, a player of streamed films, a checker of accessibility.
NPM_PACKAGES := replaywebpage@2.4.6 @webrecorder/archivewebpage@0.17.1 hls.js@1.7.4 axe-core@4.14.1

npm-packages:
	@mkdir -p .npm-packages
	@npm pack --silent --ignore-scripts --pack-destination .npm-packages $(NPM_PACKAGES)

# Used by a test only, and never a dependency (GPL): an environment of its own for another program that plays archives.
pywb: .pywb/bin/wayback

.pywb/bin/wayback:
	@$(PYTHON) -m venv .pywb
	@.pywb/bin/python -m pip install -qq --disable-pip-version-check pywb==2.10.0

soak: $(VENV)/.dev
	$(PYTEST) -q -m soak --hypothesis-profile soak

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.dev
	@$(PIP) --require-hashes -r requirements/fuzz.txt
	@touch $@

fuzz: $(VENV)/.fuzz
	@for target in ledger body checkpoint signature token ots zip wacz; do echo "$$target"; \
		$(BIN)/python tests/fuzz/run.py "$$target" $(FUZZ_SECONDS) || exit 1; done

lint: $(VENV)/.dev
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports
	$(PYTEST) -q tests/test_architecture.py

bench: $(VENV)/.dev
	@missed=0; for b in $(filter-out benchmarks/bench_reuse%,$(wildcard benchmarks/bench_*.py)); do \
		echo "== $$b"; $(BIN)/python "$$b" || missed=1; done; exit $$missed

bench-reuse: $(VENV)/.dev
	$(BIN)/python benchmarks/bench_reuse.py --set first --slow --out benchmarks/RESULTS.md
	$(BIN)/python benchmarks/bench_reuse.py --set second --edited 20 --negatives 0 --out benchmarks/RESULTS.md
	$(BIN)/python benchmarks/bench_reuse.py --set first --many 10000 --edited 5 --negatives 240 --out benchmarks/RESULTS.md
	$(BIN)/python benchmarks/bench_reuse_hard.py --out benchmarks/RESULTS.md
	$(BIN)/python benchmarks/bench_reuse_scale.py --out benchmarks/RESULTS.md

docs: $(VENV)/.dev
	$(BIN)/python docs/make_cli.py
	$(BIN)/python docs/make_verify_html.py
	$(BIN)/python docs/make_tui.py

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv"; exit 1; }
	$(LOCK) pyproject.toml -o requirements/base.txt
	$(LOCK) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	printf 'atheris==3.0.0\n' | $(LOCK) - -o requirements/fuzz.txt
	printf 'editables\nhatchling\n' | $(LOCK) - -c requirements/dev.txt -o requirements/build.txt

clean:
	rm -rf $(VENV) .pywb build dist muniment-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
