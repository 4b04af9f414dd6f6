# Every target sets up what it needs; `make` alone says what there is.
# The first Python of those named that is new enough and can make environments.
pick = $(shell for p in $(1); do $$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
PYTHON ?= $(call pick,python3.13 python3.12 python3.11 python3)
# floret, which textacy needs, has no wheels for newer ones.
BENCH_PYTHON ?= $(call pick,python3.12 python3.11)
SHARED ?= ../shared
PIP = -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
RUN = .venv/bin/python
TRAIN = .venv-train/bin/python
OUT ?= build/reader
WEIGHTS = src/sayso/encoder/weights

.PHONY: help install demo test check soak gate bench train picture schema clean

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done

install: .venv/installed  ## make .venv with sayso in it

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "sayso needs Python 3.11 or newer with venv; none was found on the PATH (make PYTHON=... names one)" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/installed: requirements/run.txt pyproject.toml | .venv/bin/python
	$(RUN) $(PIP) -r requirements/run.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.venv/tested: requirements/test.txt .venv/installed
	$(RUN) $(PIP) -r requirements/test.txt
	@touch $@

demo: install  ## install, and read two of the bundled articles
	.venv/bin/sayso read examples/01-agency-copy.txt examples/02-regional-paper.txt

test: .venv/tested  ## install what the tests need, and run them
	$(RUN) -m pytest

check: .venv/tested  ## lint, formatting, types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

soak: .venv/tested  ## the tests with full counts; writes benchmarks/soak.md
	$(RUN) benchmarks/soak.py

gate: install $(wildcard .venv-bench/installed)  ## measure accuracy and compare it with the floors
	$(RUN) benchmarks/gate.py $(if $(wildcard .venv-bench/installed),--peer .venv-bench/bin/python)

.venv-bench/installed: requirements/bench.txt
	@test -n "$(BENCH_PYTHON)" || { echo "the peer needs Python 3.11 or 3.12; none was found on the PATH (make BENCH_PYTHON=... names one)" >&2; exit 1; }
	rm -rf .venv-bench
	$(BENCH_PYTHON) -m venv .venv-bench
	.venv-bench/bin/python $(PIP) --no-binary docopt -r requirements/bench.txt
	@touch $@

bench: install .venv-bench/installed  ## measure speed beside a peer
	$(RUN) benchmarks/speed.py --peer .venv-bench/bin/python

.venv-train/installed: requirements/train.txt requirements/torch-cpu.txt requirements/torch.txt requirements/run.txt pyproject.toml | .venv/bin/python
	rm -rf .venv-train
	.venv/bin/python -m venv .venv-train
	$(TRAIN) $(PIP) -r requirements/run.txt
	$(TRAIN) $(PIP) --no-deps -r requirements/train.txt
	$(TRAIN) $(PIP) --no-deps -r requirements/torch-cpu.txt 2>/dev/null || $(TRAIN) $(PIP) -r requirements/torch.txt
	$(TRAIN) -c 'import torch'
	$(TRAIN) -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

DATA = --polnear $(SHARED)/data/polnear/train --articles training/articles --items training/nested --gum $(SHARED)/data/coref/gum \
	--timeml $(SHARED)/data/time/timeml

LINKING = $(TRAIN) training/linker.py --data $(SHARED)/data --stories training/stories
TRAINING = $(TRAIN) training/train.py $(DATA) --labels training/speakers.tsv --stances training/stances.tsv \
	--narrated training/narrated.tsv --nested training/nested.tsv --names $(OUT)/names.json

train: .venv-train/installed .venv-bench/installed  ## make the weights anew, from data to ONNX (about seven hours on two cores)
	.venv-bench/bin/python training/names.py $(DATA) $(OUT)/names.json
	$(TRAINING) --out $(OUT)/first
	$(TRAINING) --out $(OUT)/spans --only-spans --epochs 7
	$(TRAINING) --out $(OUT) --start $(OUT)/first --teacher $(OUT)/first --teacher $(OUT)/spans \
		--unlabelled $(SHARED)/data/unlabelled/news.jsonl.gz --epochs 1.8 --rate 1.5e-4 --head-rate 7e-4 --seed 37
	$(TRAIN) training/export.py $(OUT) $(WEIGHTS)
	$(TRAIN) training/calibrate.py $(OUT) $(WEIGHTS) --polnear $(SHARED)/data/polnear/train --articles training/articles --threshold 0.4
	$(LINKING) --out build/linker/public --no-stories --rate 1e-4 --epochs 1
	$(LINKING) --out build/linker/first --start build/linker/public/network.pt --rate 2e-4 --epochs 4 --public-share 0.1 --none-share 0.4
	$(LINKING) --out build/linker --start build/linker/first/network.pt --rate 1e-4 --epochs 2.5 --public-share 0.1 --none-share 1
	$(TRAIN) training/export_linker.py build/linker/network.pt $(WEIGHTS)
	$(RUN) training/fit_rule.py benchmarks/world $(WEIGHTS)

schema: install  ## write docs/record.schema.json from the types, and docs/datasette.json from the tables
	$(RUN) -c 'import json; from sayso import Record; print(json.dumps(Record.model_json_schema(mode="serialization"), indent=1, ensure_ascii=False))' > docs/record.schema.json
	$(RUN) docs/tables.py

picture: install  ## draw docs/picture.svg, the README's picture of real output
	$(RUN) docs/picture.py

clean:  ## remove environments and build files
	rm -rf .venv .venv-bench .venv-train build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
