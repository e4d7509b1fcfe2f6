# Everything a developer or a first user types. `make help` lists it.
#
# Works on a machine with Python 3.11+, git, make and nothing of ours; the environment is made anew whenever the locks change.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
# The first interpreter that is new enough; the locks were tried with 3.11. Override with `make BASE_PYTHON=…`.
ifndef BASE_PYTHON
BASE_PYTHON := $(shell for python in python3.11 python3 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif

# Node is needed to build the designer's page and to check it, never to run Wend.
WITH_NODE := designer/scripts/with-node
PACKAGES := designer/node_modules/.installed
PAGE := api/designer/index.html
# Folders too: their times tell of files that went.
DESIGNER := $(shell find designer/src designer/scripts) $(wildcard designer/*.*)

# Files of tests run side by side: most of them wait for servers.
TEST_WORKERS ?= 2

.PHONY: help up designer test test-designer unit check format types bench docs pictures kill-test temporal postgresql chromium migration clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# pip checks every package against the hashes in the lock; nothing else is installed.
$(INSTALLED): requirements.lock requirements-dev.lock pyproject.toml
	@if [ -z "$(BASE_PYTHON)" ]; then echo "Wend needs Python 3.11 or newer, and there is none on PATH."; exit 1; fi
	if [ ! -x $(PYTHON) ]; then
		echo "making $(VENV) with $$($(BASE_PYTHON) --version)"
		$(BASE_PYTHON) -m venv $(VENV) || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	fi
	echo "installing the locked dependencies into $(VENV) (once, and when the locks change)"
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# npm checks every package against the hashes in the lock, and runs nothing of theirs.
$(PACKAGES): designer/package-lock.json designer/package.json designer/.npmrc | $(INSTALLED)
	@echo "installing the designer's locked packages (once, and when the lock changes)"
	$(WITH_NODE) npm ci --silent
	touch $@

$(PAGE): $(PACKAGES) $(DESIGNER)
	@echo "building the designer"
	$(WITH_NODE) npm run --silent build -- --logLevel warn
	touch $@

designer: $(PAGE) ## Build the designer's page, where anything of it has changed

up: $(INSTALLED) $(PAGE) ## Start everything on this machine and print the way to the first mail
	@exec $(VENV)/bin/wend up

test: $(INSTALLED) test-designer postgresql temporal chromium ## All tests; they start every server they need themselves
	@$(PYTHON) -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGUMENTS)

test-designer: $(PAGE) ## The designer's own tests, without a browser, and the size of what browsers load
	@$(WITH_NODE) npm run --silent test
	$(WITH_NODE) npm run --silent budgets

unit: $(INSTALLED) ## The tests of the pure core, a few seconds: no server, no random search
	@$(PYTHON) -m pytest tests/journey tests/plan tests/test_house.py -m "not hypothesis and not exhaustive" $(PYTEST_ARGUMENTS)

designer/node_modules/.checked: $(PACKAGES) $(DESIGNER)
	@$(WITH_NODE) npm run --silent check
	touch $@

check: $(INSTALLED) designer/node_modules/.checked ## Format, lint, types, import contracts
	@$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(INSTALLED) $(PACKAGES) ## Format the code and mend what can be mended
	@$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
	$(WITH_NODE) npm run --silent format

types: $(INSTALLED) $(PACKAGES) ## Make the designer's types from the JSON Schema and the API
	@$(VENV)/bin/wend schema --openapi | $(WITH_NODE) npm run --silent types

bench: $(INSTALLED) temporal ## Measure the promises and write bench/RESULTS.md
	@$(PYTHON) -m bench

docs: $(INSTALLED) ## Make the tables in docs/ and the JSON Schema from the code
	@$(PYTHON) -m engine.cli.docs

pictures: $(INSTALLED) $(PAGE) temporal chromium ## Take the README's pictures anew, from the running product
	@$(PYTHON) -m tests.designer.pictures

kill-test: $(INSTALLED) postgresql temporal ## The long form: kill every process over and over (KILLS=300)
	@KILLS=$${KILLS:-300} $(PYTHON) -m pytest tests/kill -p no:cacheprovider --timeout=0 -s

temporal: $(INSTALLED) ## Find or get the Temporal server: PATH, cache, download, or a build of 4 minutes, once
	@$(PYTHON) -m engine.temporal.fetch

# Tests on PostgreSQL need the distribution's server binaries; without them that half is skipped, loudly.
postgresql: ## Install PostgreSQL's server binaries where they are missing and we may
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "installing PostgreSQL's server binaries for the tests"
		# Only binaries are wanted: no cluster, no server that starts with the machine.
		mkdir -p /etc/postgresql-common
		test -e /etc/postgresql-common/createcluster.conf || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			-o Dpkg::Options::=--force-confold postgresql >/dev/null \
			|| echo "POSTGRESQL COULD NOT BE INSTALLED: the tests on it are skipped."
	else
		echo "POSTGRESQL IS MISSING: the tests on it are skipped. As root: apt-get install postgresql"
	fi

# The designer's tests drive a browser; without one they are skipped, loudly.
chromium: ## Install the distribution's Chromium where it is missing and we may
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "installing Chromium for the designer's tests"
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null \
			|| echo "CHROMIUM COULD NOT BE INSTALLED: the tests in a browser are skipped."
	else
		echo "CHROMIUM IS MISSING: the tests in a browser are skipped. As root: apt-get install chromium"
	fi

migration: $(INSTALLED) ## Write the migration to the present tables (MESSAGE="what changes"), to be read before it is committed
	@$(PYTHON) -m engine.store.new_migration "$(MESSAGE)"
	$(VENV)/bin/ruff format -q engine/store/migrations
	$(VENV)/bin/ruff check -q --fix engine/store/migrations

clean: ## Remove the environment and caches (never data)
	@rm -rf $(VENV) designer/node_modules api/designer .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
