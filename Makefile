# `make demo` and `make test` are all a newcomer needs; each sets up what it lacks, and only then.
PYTHON ?= python3
PY := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock texts clean

help:           ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: .setup/python .setup/npm   ## start the sandbox: a simulated Teams, to try everything in
	.venv/bin/webhook-bridge sandbox

test: .setup/python .setup/npm   ## every check and every test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m pytest

bench: .setup/python .setup/npm  ## measure the bridge beside its peers, into bench/results.md (ONLY="a b": parts, printed)
	$(PY) -m bench $(or $(ONLY),--out bench/results.md)

lock: .setup/python              ## pin the newest dependencies that pyproject.toml allows
	$(PY) -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet -o requirements.lock
	npm update --package-lock-only

texts: .setup/python             ## gather what the pages say, for translators (templates/texts)
	.venv/bin/pybabel --quiet extract -F pyproject.toml --no-default-keywords -k "say say_count:2,3 t tn:2,3" -c TRANSLATORS: \
	  --add-location file --sort-by-file --no-wrap --omit-header -o templates/texts/messages.pot .
	for one in $(wildcard templates/texts/*.po); do .venv/bin/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap \
	  -i templates/texts/messages.pot -o $$one -l $$(basename $$one .po); done

clean:          ## forget the set-up
	rm -rf .venv .setup node_modules

# The stamp is redone only when the lock or the project's own metadata changed.
.setup/python: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed: make demo PYTHON=/path/to/python3'; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	@mkdir -p .setup && touch $@

# Without npm everything but the tests of Microsoft's own libraries still works, so its absence is only said.
.setup/npm: package.json package-lock.json .npmrc
	@if command -v npm >/dev/null; then npm ci --silent && mkdir -p .setup && touch $@; \
	else echo 'npm not found: the page loads the Teams SDK from its CDN, and cards are shown as plain HTML'; fi
