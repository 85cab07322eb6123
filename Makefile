# `make feeds` builds the sample, `make test` checks the code; each sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
INSTALL = $(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS)
# Tests wait for files and processes, so half as many again as there are processors work at once.
TESTERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
NEWEST := .venv-newest
LOWEST := .venv-lowest

.PHONY: feeds test pytest slow crash fuzz coverage newest lowest sdist mutants servers cluster interop browser costs bench
.PHONY: golden docs clean

feeds: $(VENV)/.feedpub
	$(BIN)/feedpub build

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.prose
	$(BIN)/pytest -n $(TESTERS) -m "not slow"
	$(BIN)/feedpub diff

# The tests alone.
pytest: $(VENV)/.test
	$(BIN)/pytest -n $(TESTERS) -m "not slow"

# The tests that damage many files, send signals, and install the wheel; and those of random
# examples, with many more of them.
slow: $(VENV)/.test
	$(BIN)/pytest -n auto --dist worksteal -m "slow or hypothesis" --hypothesis-profile many

# Kills CRASHES builds, publishes, and cleanings, lets as many fail and collide, and looks at what
# they leave and at what the next ones make of it. A thousand take ten minutes, and each kind is one test.
CRASHES := 1000
crash: $(VENV)/.test
	$(BIN)/pytest -n auto suites/crash --crashes $(CRASHES) -o faulthandler_timeout=3600

# Mutates INPUTS of the samples and golden sites, and sends them through all of feedpub.
INPUTS := 10000
FIRST_SEED := 0
fuzz: $(VENV)/.test
	$(BIN)/pytest -n auto suites/fuzz --inputs $(INPUTS) --first-seed $(FIRST_SEED) \
	  --show-capture=no

# Which lines and branches the tests reach; fails below the floor in pyproject.toml.
coverage: $(VENV)/.test
	$(BIN)/pytest -n $(TESTERS) -m "not slow" --cov --cov-report term:skip-covered

# The tests on the newest Python of this machine, and what they reach.
newest:
	$(MAKE) coverage VENV=$(NEWEST) PYTHON="$$($(PYTHON) tools/newest_python.py)"

# The sdist and its tests, with the lowest versions of what feedpub needs that pyproject.toml allows.
lowest: $(LOWEST)/constraints.txt
	$(MAKE) sdist VENV=$(LOWEST) CONSTRAINTS=$(LOWEST)/constraints.txt

# Builds what would be published, checks it, and runs the tests of the sdist in an empty folder.
sdist: $(VENV)/.test
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m tools.check_dist dist
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  tar -xzf dist/*.tar.gz -C "$$folder" --strip-components=1 && python=$$PWD/$(BIN)/python && \
	  cd "$$folder" && PYTHONPATH="$$folder/src" "$$python" -m pytest -n $(TESTERS) -m "not slow"

# Breaks the code in MUTANTS places of each of these rooms, and lists the breaks that no test sees.
# Takes an hour.
MUTANTS := 200
MUTATED := output/loss_guard.py output/changes.py articles pages lint
mutants: $(VENV)/.test
	$(BIN)/pytest -p tools.mutants $(MUTATED:%=--mutate src/feedpub/%) --mutants $(MUTANTS) \
	  -m "not slow and not hypothesis"

# Publishes to real servers, of Debian's packages in .ci/debian.txt and of Python's.
servers: $(VENV)/.servers
	$(BIN)/pytest -n auto suites/servers

# Shares builds among the workers of a dask cluster on this machine, and kills some of them.
cluster: $(VENV)/.cluster
	$(BIN)/pytest suites/cluster

# Runs readers over feeds of ours: Debian's (.ci/debian.txt), PyPI's and npm's.
interop: $(VENV)/.interop suites/interop/node_modules/.installed
	$(BIN)/pytest suites/interop -n auto

# Looks at the pages in Debian's Chromium; pictures are kept in suites/browser/screenshots, unless
# PICTURES is empty.
PICTURES := --pictures
browser: $(VENV)/.browser suites/browser/node_modules/.installed
	MYPYPATH=tests $(BIN)/mypy suites/browser
	$(BIN)/pytest suites/browser $(PICTURES)

# Counts the calls that builds make, and fails where a room makes 10% more than benchmarks/costs.toml
# says. `make costs UPDATE=--update` writes the new numbers.
UPDATE :=
costs: $(VENV)/.test
	$(BIN)/python -m benchmarks.costs $(UPDATE)

# Measures everything beside its peers and its goals, and rewrites the figures in docs/performance.md.
# Takes an hour; `make bench BENCH=--quick` does a tenth of it and rewrites nothing.
BENCH := --write
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks.run $(BENCH)
	$(BIN)/python -m benchmarks.timestamps
	$(BIN)/python -m benchmarks.html_pages
	$(BIN)/python -m benchmarks.article_pages
	$(BIN)/python -m benchmarks.hostile_pages

# Rewrites the expected output of tests/golden; the diff is reviewed.
golden: $(VENV)/.test
	$(BIN)/pytest tests/test_golden.py --update-golden

# Rewrites the reference pages from the code.
docs: $(VENV)/.test
	$(BIN)/python -m tools.reference

clean:
	rm -rf $(VENV) $(NEWEST) $(LOWEST) .feedpub .coverage dist build

$(VENV)/.feedpub: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "feedpub needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	touch $@

$(VENV)/.test: $(VENV)/.feedpub
	$(INSTALL) --upgrade pip # one that knows --group
	$(INSTALL) --group test
	touch $@

$(VENV)/.servers: $(VENV)/.test
	$(INSTALL) --group servers --editable '.[s3,sftp]'
	touch $@

$(VENV)/.cluster: $(VENV)/.test
	$(INSTALL) --editable '.[cluster]'
	touch $@

$(VENV)/.interop $(VENV)/.browser $(VENV)/.bench: $(VENV)/.%: $(VENV)/.test
	$(INSTALL) --group $*
	touch $@

suites/%/node_modules/.installed: suites/%/package.json $(VENV)/.%
	$(BIN)/npm install --prefix suites/$* --ignore-scripts --no-package-lock --no-audit --no-fund
	touch $@

$(LOWEST)/constraints.txt: pyproject.toml constraints.txt tools/lowest.py
	mkdir -p $(LOWEST)
	$(PYTHON) -m tools.lowest > $@
