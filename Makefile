# `make feeds` builds the sample, `make test` checks the code; each sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: feeds test slow servers interop browser bench golden docs clean

feeds: $(VENV)/.feedpub
	$(BIN)/feedpub build

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto -m "not slow"
	$(BIN)/feedpub diff

# The tests that kill builds, send signals, and install the wheel.
slow: $(VENV)/.test
	$(BIN)/pytest -n auto -m slow

# Publishes to real servers, of Debian's packages in .ci/debian.txt and of Python's.
servers: $(VENV)/.servers
	$(BIN)/pytest -n auto suites/servers

# Runs readers over feeds of ours: Debian's (.ci/debian.txt), PyPI's and npm's.
interop: $(VENV)/.interop suites/interop/node_modules/.installed
	$(BIN)/pytest suites/interop -n auto

# Looks at the pages in Debian's Chromium; pictures are kept in suites/browser/screenshots.
browser: $(VENV)/.browser suites/browser/node_modules/.installed
	$(BIN)/mypy suites/browser
	$(BIN)/pytest suites/browser

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.timestamps
	$(BIN)/python -m benchmarks.local_images
	$(BIN)/python -m benchmarks.wxr_export
	$(BIN)/python -m benchmarks.html_pages
	$(BIN)/python -m benchmarks.hostile_pages

# Rewrites the expected output of tests/golden; the diff is reviewed.
golden: $(VENV)/.test
	$(BIN)/pytest tests/test_golden.py --update-golden

# Rewrites the reference pages from the code.
docs: $(VENV)/.test
	$(BIN)/python -m tools.reference

clean:
	rm -rf $(VENV) .feedpub dist build

$(VENV)/.feedpub: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "feedpub needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.browser: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[browser]'
	touch $@

suites/browser/node_modules/.installed: suites/browser/package.json $(VENV)/.browser
	$(BIN)/npm install --prefix suites/browser --ignore-scripts --no-package-lock --no-audit --no-fund
	touch $@

$(VENV)/.test: $(VENV)/.feedpub
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

$(VENV)/.servers: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[servers]'
	touch $@

$(VENV)/.interop: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[interop]'
	touch $@

suites/interop/node_modules/.installed: suites/interop/package.json $(VENV)/.interop
	$(BIN)/npm install --prefix suites/interop --ignore-scripts --no-package-lock --no-audit --no-fund
	touch $@
