# The two commands of the README, and what a person who works on the code needs. The plain pip lines are in the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LEVEL ?= plain
ENTRIES := $(wildcard corpus/entries/*.md)

.PHONY: ask chat index test test-busy fast check clean

# The question reaches the program through the environment: a shell would run what stands in its quotes.
ask: export Q := $(value Q)
ask: index/built/manifest.json
	@$(BIN)/python -m bot ask "$$Q" --level $(LEVEL)

chat: index/built/manifest.json
	@$(BIN)/python -m bot chat

index: index/built/manifest.json

index/built/manifest.json: $(VENV)/.installed $(ENTRIES) corpus/entries
	$(BIN)/python -m index build

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.tests-installed: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

test: $(VENV)/.tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# The same tests while every core is busy with other work: they wait for events, so nothing may fail.
test-busy: $(VENV)/.tests-installed
	@for core in $$(seq $$(getconf _NPROCESSORS_ONLN)); do \
		$(BIN)/python -c "while True: pass" & workers="$$workers $$!"; \
	done; \
	trap 'kill $$workers' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/python -m pytest

fast: $(VENV)/.tests-installed
	$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.installed
	$(BIN)/python -m corpus check

clean:
	rm -rf $(VENV) index/built
