# The commands of the project; `make help` lists them.
# Every recipe works in .venv at the root, which `make install` makes from requirements.lock.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= $(or $(JIEWEN_PORT),8000)
UI_PORT ?= $(or $(JIEWEN_UI_PORT),8501)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCKING := $(VENV)/requirements.lock

.DEFAULT_GOAL := help
.PHONY: help install run test check lock llm

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv and install the locked versions into it

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with PYTHON=…" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

run: install ## build the index, start service and page, print their addresses (PORT=8000 UI_PORT=8501)
	$(BIN)/ingest build
	@$(BIN)/python scripts/run.py --port $(PORT) --ui-port $(UI_PORT)

check: install ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy scripts
	$(BIN)/lint-imports

test: check ## everything that must pass: the checks, then all tests, real model and real browser included
	@sh scripts/chromium.sh
	$(BIN)/python -m pytest

lock: ## pin in requirements.lock what pyproject.toml allows (delete it first to take newer versions)
	test -x $(BIN)/pip-compile || $(MAKE) install
	if test -f requirements.lock; then cp requirements.lock $(LOCKING); else rm -f $(LOCKING); fi
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --output-file $(LOCKING) pyproject.toml
	@# torch is pinned without a build tag and without the CUDA packages of one build, so that either build fits.
	awk '/^[a-z]/ {cuda = /^(nvidia|cuda|triton)/} !cuda {sub(/\+cpu$$/, ""); print}' $(LOCKING) > requirements.lock
	rm $(LOCKING)

llm: install ## fetch a small LLM (1.1 GB, pinned by checksum, no part of the product) and serve it on 127.0.0.1:8080
	$(BIN)/python -m pip install --quiet xllamacpp==2026.10.11549
	$(BIN)/python -m evals.local_llm
