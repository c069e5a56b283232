# make run   installs what is missing, prepares the sample city and starts Cityline
# make test  installs what the tests need and runs all of them
.DEFAULT_GOAL := help
.PHONY: help run test quick unit pythons lint spelling types check bench bench-quality environments lock chat clean wheel
SHELL := /bin/sh
PY := .venv/bin/python
JOBS ?= 2
# Files of tests side by side. Each job may have a Rasa, a PostgreSQL and a browser of its own (about 2 GB); JOBS=0 is one after the other.
SIDE_BY_SIDE = -n $(JOBS) --dist loadfile

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: environments ## everything: install, train, load the sample city, start, print the addresses
	@exec $(PY) -m bot serve --prepare

chat: environments ## the same bot in this terminal
	@exec $(PY) -m bot chat

test: test-environments ## all checks and tests: lint, spelling, types, unit, integration, the real Rasa, PostgreSQL, the browser
	$(MAKE) --no-print-directory check
	$(PY) -m bot nlu train
	$(PY) -m pytest tests $(SIDE_BY_SIDE)

quick: test-environments ## in seconds, while you work: lint, spelling, types, and the unit tests of what changed since the last commit
	@$(PY) deploy/quick.py

unit: test-environments ## the quick tests only
	$(PY) -m pytest tests/unit tests/dialogues $(SIDE_BY_SIDE)

pythons: test-environments ## the quick tests on Python 3.12 and 3.13, where they are installed
	@JOBS=$(JOBS) sh deploy/pythons.sh

check: lint spelling types ## lint, spelling and types

lint: ## ruff, every rule, with argued exceptions
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

spelling: ## codespell; what it leaves out stands in pyproject.toml
	$(PY) -m codespell_lib .

types: ## mypy, strict
	$(PY) -m mypy

bench: test-environments ## the benchmarks that need no outside data; docs/benchmarks.md has the rest
	$(PY) benchmarks/throughput.py
	$(PY) benchmarks/chaos.py --conversations 100 --kills 10 --seed 1

bench-quality: test-environments ## measure understanding, finding and answering, and write docs/quality.md; outside data in ../shared/data
	nice -n 10 $(PY) benchmarks/quality.py

environments: ## install what is missing, and nothing else
	@sh deploy/environments.sh

test-environments:
	@sh deploy/environments.sh test
	@if command -v npm >/dev/null 2>&1 && [ -f package-lock.json ] && [ ! -d node_modules ]; then npm ci --silent --no-audit --no-fund; fi
.PHONY: test-environments

lock: test-environments ## write the lock files anew
	@sh deploy/lock.sh

wheel: environments ## build the wheel into dist/ (docs/howto/make-a-release.md)
	@sh deploy/wheel.sh dist

clean: ## remove what was built, but not the environments; the city's data in var/ goes too
	rm -rf var build dist *.egg-info .mypy_cache .ruff_cache .facts_cache .hypothesis
