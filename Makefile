# make demo: set up, then the main job on the sample corpus.  make test: set up, then all checks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test soak lint browser clean

demo: $(READY)
	$(BIN)/marsad demo

test: $(READY) lint browser
	$(BIN)/python -m pytest

# Crashes, failing disks and readers beside a writer in full: hundreds of each, not a dozen.
soak: $(READY)
	MARSAD_KILLS=200 MARSAD_SECONDS=60 $(BIN)/python -m pytest tests/test_crash.py \
		tests/test_disk_errors.py tests/test_processes.py

# The browser that looks at the report's pages, and Arabic letters for it; Debian and Ubuntu.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); $$SUDO apt-get update -qq && \
		$$SUDO apt-get install -y -qq --no-install-recommends chromium fonts-noto-core; }

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=$(VENV)/root $(BIN)/mypy -p marsad

$(READY): Makefile setup.cfg pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (some minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --progress-bar on -c constraints.txt -e ".[dev]"
	@# The root is the package: mypy finds it under its name through this link.
	@mkdir -p $(VENV)/root && ln -sfn "$(CURDIR)" $(VENV)/root/marsad
	@touch $@

clean:
	rm -rf $(VENV) demo-output build *.egg-info
