# Two commands: `make run` and `make test`. The rest is for those who change Banyan.
PORT ?= 8000
DEMO ?= 1
PEERS ?= ../shared/peers
export DEMO PORT

.PHONY: run test check format lock audit messages bench bench-peers screenshots

run:
	@tools/setup base
	@.venv/bin/python tools/compile_messages.py
	@exec .venv/bin/banyan serve --port $(PORT) $(if $(filter 0,$(DEMO)),--no-demo,--demo)

test:
	@tools/setup dev
	@tools/find-chromium
	@.venv/bin/python tools/compile_messages.py
	@# the tests start dozens of processes: what the first one compiles is kept for the rest, wherever that is turned off
	@PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -n 2 --dist loadgroup $(PYTEST)

check:
	@tools/setup dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python tools/check_messages.py
	git ls-files -z '*.html' | xargs -0 .venv/bin/djade --check --target-version 5.2
	.venv/bin/python -m django makemigrations --check --dry-run --settings banyan.config.settings

format:
	@tools/setup dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	-git ls-files -z '*.html' | xargs -0 .venv/bin/djade --target-version 5.2

# hashes, and no index's address
lock:
	@tools/setup dev
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/base.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev --extra cox pyproject.toml -o requirements/dev.txt
	echo uv==$$(.venv/bin/uv --version | cut -d' ' -f2) | .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements/uv.txt

# known faults of what the product stands on; without a network it says so, loudly, and that is no answer
audit:
	@tools/setup dev
	@.venv/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/base.txt || { echo "AUDIT NOT PASSED: a fault is known, or there is no network to ask by; the lines above say which"; exit 1; }

messages:
	@tools/setup dev
	.venv/bin/python tools/check_messages.py --missing

bench:
	@tools/setup dev
	@for script in bench/*.py; do echo "== $$script"; .venv/bin/python $$script; done

# beside the R programs, in turn on the same files; PEERS is the folder of their scripts. Without R: ours alone, and exit code 2
bench-peers:
	@tools/setup dev
	@cd bench && ../.venv/bin/python -m peers --peers $(abspath $(PEERS)) --write

screenshots:
	@tools/setup dev
	.venv/bin/python tools/take_screenshots.py
