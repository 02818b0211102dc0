# Two commands do everything: `make app` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: app test clean

app: .venv/app.installed
	$(BIN)/python -m streamlit run app.py

test: .venv/test.installed
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Synverify needs Python 3.11 or newer: make app PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/app.installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

.venv/test.installed: requirements.txt requirements-test.txt | .venv/bin/python
	$(BIN)/python -m pip install -r requirements-test.txt
	touch $@ .venv/app.installed

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
