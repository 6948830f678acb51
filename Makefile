# Everything that a person or a machine runs here. See README.md.
SHELL := /bin/bash
.DELETE_ON_ERROR:

PORT ?= 8000
BIN := .venv/bin
PYTHON_STAMP := .venv/installed
FRONT_STAMP := static/vendor/installed
PACKAGES_DEMO := python3-venv npm
PACKAGES_TEST := chromium chromium-l10n clamav-daemon libreoffice-calc poppler-utils postgresql systemd

.PHONY: help install production demo test check bench lock debian-demo debian-test
help:
	@sed -n 's/^## //p' Makefile

## make install    .venv, Python and front-end packages from the lock files
install: debian-test $(PYTHON_STAMP) $(FRONT_STAMP)

## make production .venv and front-end packages without what only tests need, for a server
production: debian-demo $(FRONT_STAMP)
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement <(sed -n '/^flit-core==/,/[^\\]$$/p' requirements-dev.txt)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

## make demo       serve the demo city on http://127.0.0.1:8000 (PORT=… for another)
demo: debian-demo $(PYTHON_STAMP) $(FRONT_STAMP)
	$(BIN)/selfcheck db upgrade
	$(BIN)/selfcheck demo --if-empty
	@echo; echo "Die Demo-Stadt antwortet auf http://127.0.0.1:$(PORT) (Ende: Strg+C)"; echo
	SELFCHECK_DEMO=1 $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --worker-class gthread --threads 8 --no-control-socket wsgi:app

## make test       everything that must be green
test: install
	.ci/checks
	$(BIN)/python -m pytest -n 2 --dist loadgroup

## make check      the fast part of it, for every commit
check: $(PYTHON_STAMP) $(FRONT_STAMP)
	.ci/checks
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser and not slow" --database sqlite

## make bench      speed beside its floor (BENCH=--help says which options there are)
bench: install
	@PYTHONPATH=.:tests $(BIN)/python -m bench $(BENCH)

## make sbom       sbom.json: what the application is made of (CycloneDX)
sbom: $(PYTHON_STAMP)
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file sbom.json requirements.txt

## make lock       renew the lock files (after a change in pyproject.toml or package.json)
lock: $(PYTHON_STAMP)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate --quiet --upgrade --output-file requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --quiet --constraint requirements-dev.txt --output-file requirements.txt
	npm update --package-lock-only --ignore-scripts

debian-demo:
	@.ci/debian-packages $(PACKAGES_DEMO)

debian-test: debian-demo
	@.ci/debian-packages $(PACKAGES_TEST)

$(PYTHON_STAMP): requirements-dev.txt pyproject.toml
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(FRONT_STAMP): package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	rm -rf static/vendor
	mkdir -p static/vendor/kern/fonts/fira-sans
	cp node_modules/@kern-ux/native/dist/kern.min.css static/vendor/kern/
	cp node_modules/@kern-ux/native/dist/fonts/fira-sans/FiraSans-{Regular,SemiBold}.woff2 static/vendor/kern/fonts/fira-sans/
	cp node_modules/htmx.org/dist/htmx.min.js static/vendor/
	touch $@
