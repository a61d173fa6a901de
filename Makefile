# Short names for people who have make; `dev.py` does the work without it.
PYTHON ?= python3

.PHONY: check walk docs lock bench
check walk docs:
	$(PYTHON) dev.py $@

# Exact versions for every platform and Python we support; names no registry.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header \
	  --no-annotate --upgrade --group dev pyproject.toml --output-file requirements.lock

bench:
	.venv/bin/python benchmarks/startup.py
