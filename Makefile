# Two commands do all the set-up: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test quick lint messages pictures site bench release release-check clean

demo: .venv/installed
	$(BIN)/vinkje demo

# All tests of a file go to one worker, since they share a browser or a server, and files go in the
# order of tests/conftest.py.
test: .venv/installed-dev
	sh tests/bring-tools
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

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
	$(BIN)/python docs/draw_growth.py
	$(BIN)/python docs/draw_clicks.py
	$(BIN)/python docs/draw_results.py

site: .venv/installed-dev
	$(BIN)/python docs/build_site.py

# Three quarters of an hour; ends with an error when a goal is missed.
bench: .venv/installed-dev .venv-plain/installed .venv-peers/installed
	sh benchmarks/bring-tools
	$(BIN)/python benchmarks/bench.py

# What people install: dist/ gets a wheel, an sdist and a zip; the same bytes for the same commit.
release: .venv/installed-release
	$(BIN)/python docs/release/build_release.py

# Installs that zip on every Python from 3.11 that is here; minutes.
release-check: release
	$(BIN)/python docs/release/check_release.py

clean:
	rm -rf .venv .venv-plain .venv-peers demo dist build site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Where the target lies: uv where it is there, else what Python brings; pip before 25.1 knows no --group.
# Python compiles what is used, when it is; pip would compile all, in a quarter of the whole time.
define install
	if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(@D)/bin/python $(1); \
	else \
		$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1" && \
		$(@D)/bin/python -m pip install --quiet --no-compile $(1); \
	fi
endef

.venv/bin/python .venv-plain/bin/python .venv-peers/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "vinkje needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	if command -v uv >/dev/null; then uv venv --quiet --python $(PYTHON) $(@D:/bin=); \
	else $(PYTHON) -m venv $(@D:/bin=); fi

.venv/installed: .venv/bin/python pyproject.toml
	$(call install,--editable .)
	touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml
	$(call install,--editable '.[postgresql]' --group dev)
	touch $@ .venv/installed

.venv/installed-release: .venv/bin/python pyproject.toml
	$(call install,--editable . --group release)
	touch $@

# Else to compile is a part of what is measured first; some packages hold a file that is no Python.
compile = $(@D)/bin/python -m compileall -q $(@D)/lib || true

# What is measured has nothing that people do not have, and what it is measured beside has its own.
.venv-plain/installed: .venv-plain/bin/python pyproject.toml
	$(call install,--editable '.[postgresql]')
	$(compile)
	touch $@

.venv-peers/installed: .venv-peers/bin/python pyproject.toml
	$(call install,--group bench)
	$(compile)
	touch $@
