# The two commands of the README, and what a person who works on the code needs. The plain pip lines are in the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LEVEL ?= plain
ENTRIES := $(wildcard corpus/entries/*.md)
PIP := $(BIN)/python -m pip install --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help ask asked chat index test test-busy fast check clean

help: ## show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

# The question reaches the program through the environment: a shell would run what stands in its quotes. It is looked at
# before anything is set up.
ask: export Q := $(value Q)
ask: asked index/built/manifest.json ## answer a question: make ask Q="What is deep learning?" LEVEL=eli5
	@$(BIN)/python -m bot ask "$$Q" --level $(LEVEL)

asked: export Q := $(value Q)
asked:
	@test -n "$$Q" || { echo 'What do you want to know? Run: make ask Q="What is deep learning?"' >&2; exit 2; }

chat: index/built/manifest.json ## talk with the tutor in this terminal
	@$(BIN)/python -m bot chat

index: index/built/manifest.json ## build the search index

index/built/manifest.json: $(VENV)/.installed $(ENTRIES) corpus/entries
	$(BIN)/python -m index build

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the packages, about 150 MB to fetch, once …"
	$(PIP) --editable .
	@touch $@

$(VENV)/.tests-installed: $(VENV)/.installed
	@echo "Installing what the tests need as well, torch among it …"
	$(PIP) --editable ".[test]"
	@touch $@

test: $(VENV)/.tests-installed ## check style and types, and run all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# The same tests while every core is busy with other work: they wait for events, so nothing may fail.
test-busy: $(VENV)/.tests-installed ## run them beside other work
	@for core in $$(seq $$(getconf _NPROCESSORS_ONLN)); do \
		$(BIN)/python -c "while True: pass" & workers="$$workers $$!"; \
	done; \
	trap 'kill $$workers' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/python -m pytest

fast: $(VENV)/.tests-installed ## run the tests that take under a minute
	$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.installed ## hold the glossary against its rules
	$(BIN)/python -m corpus check

clean: ## remove the virtual environment and the index
	rm -rf $(VENV) index/built
