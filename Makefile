# The targets people type. Every one of them sets up first; setting up again costs nothing.
#
#   make run                                   two real samples, end to end
#   make run SLIDE="…" MODEL=… SPACING=…       any slide (without MODEL you are asked)
#   make run STUDY="…" MODEL=brain-mri         any scan: DICOM file, folder, zip or DICOMDIR
#   make test   make check   make bench [ONLY=name]   make lock [UPGRADE=1]   make clean
#   make train NAME=colon-he                   a bundled model again, from the data
#   make train-volume                          the network for volumes again, from made-up chests
#   make train-survival                        the Cox models again, from the open cohorts
#   make known-slide                           the self-check's references, after a model changed

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
READY := $(VENV)/.ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard bedside_dx/text/locale/*/LC_MESSAGES/*.po))
DATA ?= ../shared/data
SOURCES := $(wildcard assets bedside_dx tests bench packaging training)

# What the program itself is asked to do travels in the environment, so that any file name will do.
export SLIDE STUDY MODEL SPACING

.PHONY: setup qt samples run test check bench peers lock train train-survival train-volume known-slide exchange-env clean
.DEFAULT_GOAL := setup

setup: $(READY) $(CATALOGUES)

# The stamp comes last: an interrupted set-up starts again.
$(READY): requirements.lock pyproject.toml packaging/setup.sh packaging/apt.sh
	@sh packaging/setup.sh $(VENV)
	@touch $@

%.mo: %.po | $(READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

qt: setup
	@sh packaging/qt.sh $(PY)

# The main job needs no Qt: without its libraries only the window is left out.
run: setup
	@sh packaging/qt.sh $(PY) || { echo "Going on without the window."; export QT_QPA_PLATFORM=offscreen; }; \
	$(PY) packaging/run.py

# Tests that need a sample say so when it could not be fetched.
samples: setup
	@$(PY) packaging/samples.py

# On CI nothing is skipped, so the environment for TorchScript is made first.
test: setup $(if $(filter 1 true,$(CI)),exchange-env)
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} sh packaging/qt.sh $(PY)
	@$(PY) packaging/samples.py || true
	@$(PY) -m pytest $(ARGS)

# Every tool runs, whatever the one before it said.
check: setup
	@failed=; \
	step() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed $$name"; }; \
	step style $(BIN)/ruff check --quiet --output-format concise $(SOURCES); \
	step format $(BIN)/ruff format --check --quiet --output-format concise $(SOURCES); \
	step types $(BIN)/basedpyright; \
	step imports $(BIN)/lint-imports --no-logo; \
	step unused $(BIN)/vulture; \
	step dependencies $(BIN)/deptry --no-ansi bedside_dx; \
	step test-dependencies $(BIN)/deptry --no-ansi --exclude '^\.venv' --ignore DEP002,DEP004 \
	    tests bench packaging; \
	if [ -n "$$failed" ]; then echo "make check: failed:$$failed"; exit 1; fi; \
	echo "make check: all passed"

bench: qt
	@$(PY) packaging/samples.py strangers || true
	@$(PY) -m bench $(ONLY)

# WSInfer and FAST, each in an environment of its own, for `make bench ONLY=speed`.
peers: setup
	@sh bench/peers/setup.sh $(PY)

# After a bundled model or the main job changed on purpose.
known-slide: setup
	@$(PY) packaging/known_slide.py

# uv is the one tool that resolves for every system at once; it lives in a folder of its own.
lock: build/uv/bin/uv
	@$< pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	    --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
	    --group dev $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml
	@echo "requirements.lock: $$(grep -c == requirements.lock) packages"

build/uv/bin/uv:
	@python3 -m venv build/uv && build/uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

# Training has requirements of its own, so it gets an environment of its own. It resumes where it stopped.
train: .venv-train/.ready
	@[ -n "$(NAME)" ] || { echo "Which one? make train NAME=colon-he (or lung-he, brain-mri) [DATA=../shared/data]"; exit 2; }
	@nice .venv-train/bin/python -m training $(NAME) --data $(DATA) --work training/work $(ARGS)

# The network for volumes, on phantoms made here: about ten minutes, and it resumes.
train-volume: .venv-train/.ready
	@nice .venv-train/bin/python -m training.volume --work training/work $(ARGS)

# A few seconds; the cohorts are read, and none of their rows is kept.
train-survival: .venv-survival/.ready
	@nice .venv-survival/bin/python -m training.survival --cohorts $(DATA)/../cohorts $(ARGS)

.venv-survival/.ready: training/survival/requirements.txt
	@python3 -m venv .venv-survival
	@.venv-survival/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# Importing TorchScript needs PyTorch: an environment beside, so that no other work carries it.
exchange-env: .venv-exchange/.ready

.venv-exchange/.ready: packaging/exchange.txt packaging/exchange.sh $(READY)
	@sh packaging/exchange.sh $(VENV) .venv-exchange
	@touch $@

.venv-train/.ready: training/requirements.txt $(READY)
	@$(PY) -m venv .venv-train
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

clean:
	rm -rf $(VENV) .venv-train .venv-survival .venv-exchange build dist out bench/out samples .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find bedside_dx tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find bedside_dx -name '*.mo' -delete
