PYTHON ?= python3
VENV := .venv
.PHONY: run test check fuzz soak install lock

run: install            ## the demo shop, watched live (needs a package index once, no network afterwards)
	$(VENV)/bin/python -m demo
test: install-dev       ## all tests; what the machine lacks is skipped with a reason
	$(VENV)/bin/python -m pytest
fuzz: install-dev       ## odd pages, configs and texts, a hundred times as many as in the tests (up to half an hour)
	HYPOTHESIS_PROFILE=fuzz timeout 1800 $(VENV)/bin/python -m pytest tests/fuzz --timeout 1800
soak: install-dev       ## killed at every point of every job, then for minutes at random (up to half an hour)
	timeout 1800 $(VENV)/bin/python -m pytest tests/faults --soak -rP
check:                  ## what CI runs: clean environment, format, lint, types, layers, tests
	.ci/run
install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements.lock
	$(VENV)/bin/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@
$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@
lock:                   ## renew both lock files (needs pip-tools)
	pip-compile -q $(LOCK) --extra demo -o requirements.lock pyproject.toml
	pip-compile -q $(LOCK) --extra demo --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
LOCK := --generate-hashes --all-build-deps --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --upgrade
