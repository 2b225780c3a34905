# Two commands do all the set-up: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test quick lint messages pictures site bench release release-check clean

demo: .venv/installed
	$(BIN)/vinkje demo

test: .venv/installed-dev
	sh tests/bring-tools
	$(BIN)/pytest -n auto

# What is pure, in seconds; it needs none of the programs that tests bring.
quick: .venv/installed-dev
	$(BIN)/pytest -n auto -m "not slow" tests/unit

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

messages: .venv/installed-dev
	$(BIN)/python docs/catalogues.py

# What README and docs show; it needs the programs that tests bring.
pictures: .venv/installed-dev
	$(BIN)/python docs/draw_badges.py
	$(BIN)/python docs/draw_rooms.py
	$(BIN)/python docs/draw_clicks.py
	$(BIN)/python docs/draw_results.py

site: .venv/installed-dev
	$(BIN)/python docs/build_site.py

bench: .venv/installed-dev
	$(call install,'.[postgresql]' --group bench)
	sh benchmarks/bring-tools
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/counting.py
	$(BIN)/python benchmarks/follow_up.py
	$(BIN)/python benchmarks/web.py
	$(BIN)/python benchmarks/stores.py

# What people install: dist/ gets a wheel, an sdist and a zip; the same bytes for the same commit.
release: .venv/installed-release
	$(BIN)/python docs/release/build_release.py

# Installs that zip on every Python from 3.11 that is here; minutes.
release-check: release
	$(BIN)/python docs/release/check_release.py

clean:
	rm -rf .venv demo dist build site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# uv where it is there, else what Python brings; pip before 25.1 knows no --group.
define install
	if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(BIN)/python --editable $(1); \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1" && \
		$(BIN)/python -m pip install --quiet --editable $(1); \
	fi
endef

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "vinkje needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	if command -v uv >/dev/null; then uv venv --quiet --python $(PYTHON) .venv; \
	else $(PYTHON) -m venv .venv; fi

.venv/installed: .venv/bin/python pyproject.toml
	$(call install,.)
	touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml
	$(call install,'.[postgresql]' --group dev)
	touch $@ .venv/installed

.venv/installed-release: .venv/bin/python pyproject.toml
	$(call install,. --group release)
	touch $@
