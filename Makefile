# Every target does its own set-up; nothing has to be done by hand before.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
OUT ?= build/screenshots
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo serve test lint bench crash soak lock pictures screenshots clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements.lock scripts/setup
	PYTHON="$(PYTHON)" VENV="$(VENV)" scripts/setup
	@touch $@

demo: setup
	$(BIN)/lobbyclock demo --port $(PORT)

serve: setup
	$(BIN)/lobbyclock serve --port $(PORT)

test: lint
	scripts/system-packages chromium fonts-noto-cjk g++ curl
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	scripts/system-packages g++ chromium fonts-noto-cjk
	$(BIN)/python benchmarks/run.py

crash: setup
	$(BIN)/python tests/crash.py --rounds 200

soak: setup
	scripts/system-packages chromium fonts-noto-cjk
	$(BIN)/python tests/soak.py --minutes 24

pictures: setup
	scripts/system-packages chromium fonts-noto-cjk
	$(BIN)/python docs/take_pictures.py

screenshots: setup
	scripts/system-packages chromium fonts-noto-cjk
	$(BIN)/python docs/take_screenshots.py --out $(OUT)

lock: setup
	$(BIN)/uv pip compile --universal --python-version 3.11 --group dev --generate-hashes --no-header \
		--output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
