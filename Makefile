# The two commands a person needs: `make serve` (the site, no services) and `make test` (everything, on real servers).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8001
# pip, with one line when it fails.
INSTALL := $(BIN)/python -m harness.lab.cache 'installing Python packages' $(BIN)/python -m pip install --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help debian serve test matrix record site update explore check up down bench soak compose lock lock-servers clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed; say which with `make PYTHON=python3.12 ...`")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo 'error: no virtual environment could be made; on Debian: apt-get install python3-venv' >&2; exit 1; }

# Two stamps, so that a reader of the site does not install the test machinery.
$(VENV)/site.stamp: requirements-site.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo 'installing what the site needs ...'
	@$(INSTALL) --require-hashes -r requirements-site.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: requirements.txt $(VENV)/site.stamp
	@echo 'installing what the tests need ...'
	@$(INSTALL) --require-hashes -r requirements.txt
	@touch $@

# Before minutes of installing: on another system, one line says what to type.
debian: $(VENV)/pyvenv.cfg
	@$(BIN)/python -m harness.lab.provision --possible

serve: $(VENV)/site.stamp ## the site on http://127.0.0.1:8001, reloaded when a page or a snippet changes
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

test: debian $(VENV)/test.stamp ## real servers, every block, the record, the site, the browser
	@$(BIN)/python -m harness test

matrix: debian $(VENV)/test.stamp ## the pages' tests on the other server versions
	@$(BIN)/python -m harness matrix

record: ## the record anew, on all server versions: what to do after a merge conflict in verification.json
	@$(MAKE) test
	@$(MAKE) matrix

site: $(VENV)/site.stamp ## the publishing build in site/; stops when anything shown is not verified
	@$(BIN)/python -m harness site

update: debian $(VENV)/test.stamp ## rewrite the outputs of the pages that changed since HEAD (all: ALL=1), for review in the diff
	@$(BIN)/python -m harness update $(if $(ALL),--all)

explore: debian $(VENV)/test.stamp ## crash exploration of the recipes whose code changed (all: ALL=1); the next call goes on
	@$(BIN)/python -m harness explore $(if $(ALL),--all)

check: $(VENV)/site.stamp ## pages, snippets and record, without any server
	@$(BIN)/python -m harness check

up: ## Redis, RabbitMQ, Bugsink and Mailpit on localhost, to play along (needs Docker)
	docker compose up --detach --wait

down: ## stop what `make up` started; the data stays
	docker compose down

bench: $(VENV)/site.stamp ## measure the preview and the build
	@$(BIN)/python -m harness bench

soak: $(VENV)/test.stamp ## an hour of tests in random order on a busy machine; the next call goes on
	@$(BIN)/python -m harness soak

compose: $(VENV)/test.stamp ## docker-compose.yml, all of it, up and down again (needs a Docker engine)
	@$(BIN)/python -m pytest -p no:harness.site.pytest_entry tests/docker

lock: $(VENV)/test.stamp ## resolve the requirements anew
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade --extra test pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -c requirements.txt pyproject.toml -o requirements-site.txt
	$(BIN)/python -m harness.site.ranges

lock-servers: $(VENV)/site.stamp ## take the newest Debian packages of the servers into harness/lab/servers.lock
	@$(BIN)/python -m harness.lab.serverlock

clean: ## remove everything that was built (the downloaded servers stay in the user's cache)
	rm -rf $(VENV) .cache site build *.egg-info
