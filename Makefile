# Every target makes its own set-up first, and only what is missing of it: scripts/set_up.sh.
# Works with the make 3.81 of macOS.

BIN := .venv/bin

# Another installation's modules are none of ours.
unexport PYTHONHOME PYTHONPATH

.PHONY: help set_up run test check format bench bench-api bench-quality schema docs clean

help:
	@echo "make run      set up, fetch today's counts, show them, then serve the Dagster UI and the API"
	@echo "              (ONCE=1: end after the summary)"
	@echo "make test     run the tests                       (ARGS='-k catalog' narrows them)"
	@echo "make check    everything static: style, types, imports, Dagster definitions"
	@echo "make format   rewrite the code in the house style"
	@echo "make bench    measure what the performance claims rest on"
	@echo "make bench-api"
	@echo "              measure what the API costs and withstands (ARGS=costs is quicker)"
	@echo "make bench-quality"
	@echo "              measure how often the verdicts are right (ARGS='--seeds 1-2' is quicker)"
	@echo "make schema   print the database schema and the GraphQL schema"
	@echo "make docs     write the table of settings anew and check all documents"
	@echo "make clean    remove the environment and caches; the counts in .viewcount stay"

set_up:
	@scripts/set_up.sh

# Exit 1 says that some tracks could not be asked, 3 that a service was down: both are worth looking at in the UI.
run: set_up
	@code=0; $(BIN)/viewcount run || code=$$?; \
	if [ -n "$(filter-out 0,$(ONCE))" ]; then exit $$code; fi; \
	case $$code in 0|1|3) exec $(BIN)/viewcount up;; *) exit $$code;; esac

# Three files at a time: much of the time goes by waiting for daemons, browsers and servers that start.
test: set_up
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

check: set_up
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dagster definitions validate

format: set_up
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: set_up
	@$(BIN)/python -m benchmarks $(ARGS)

bench-api: set_up
	@$(BIN)/python -m benchmarks.api $(ARGS)

bench-quality: set_up
	@$(BIN)/python -m benchmarks.quality $(ARGS)

schema: set_up
	@$(BIN)/python scripts/print_schema.py

docs: set_up
	@$(BIN)/python scripts/document_settings.py
	@$(BIN)/python -m pytest -q tests/unit/test_documentation.py

clean:
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
