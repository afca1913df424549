# A machine with Python 3.11 or newer and make needs nothing else. Targets: run, test, check, messages, bench, previous, deployment, image, lock, clean.
#   make run PORT=8001            make test ARGS="tests/trial -x"            make lock ARGS=--upgrade

PYTHONS := $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
VENV := .venv
PY := $(VENV)/bin/python
UV := $(PY) -m uv
# Installed at most once per content of the lock: a copy of the lock is kept beside what it installed.
INSTALL := $(UV) pip install --quiet --python $(PY) --link-mode copy --require-hashes

# Bytecode is kept also where the environment says not to: a trial starts seven interpreters on the same code.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check messages bench previous deployment image lock clean uv trial development browser gettext
.NOTPARALLEL:

run: trial
	@exec $(PY) manage.py up

test: development browser
	@exec $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: development gettext
	@exec .ci/check

# The catalogues of all languages, after a message was changed or translated.
messages: development gettext
	@exec $(PY) .ci/messages.py

bench: development
	@exec $(PY) -m tests.bench $(ARGS)

# The previous release beside this one, on real servers: takes minutes, and wants the history of git.
previous: development
	@exec $(PY) -m tests.previous

deployment: development
	@exec .ci/deployment

# The image from Debian's packages alone, as root; CERTIFICATES where packages come by an authority of one's own.
image:
	@exec .ci/image $(ARGS)

trial: uv
	@cmp -s locks/trial.txt $(VENV)/trial.lock || { \
	  echo "installing what a trial needs into $(VENV)" && \
	  $(INSTALL) -r locks/trial.txt && cp locks/trial.txt $(VENV)/trial.lock; }

development: uv
	@cmp -s locks/development.txt $(VENV)/development.lock || { \
	  echo "installing what development needs into $(VENV)" && \
	  $(INSTALL) -r locks/development.txt && \
	  cp locks/development.txt $(VENV)/development.lock && cp locks/trial.txt $(VENV)/trial.lock; }

# The virtual environment with uv in it; made anew where it is missing, half-made or of a Python that is gone.
uv:
	@$(UV) --version >/dev/null 2>&1 && exit 0; recent=; \
	for python in $(PYTHONS); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { python=; continue; }; \
	  recent=$$python; \
	  "$$python" -c 'import venv, ensurepip' 2>/dev/null && break; python=; \
	done; \
	[ -n "$$recent" ] || { echo "make: Python 3.11 or newer is needed, and there is none in PATH." >&2; exit 1; }; \
	[ -n "$$python" ] || { \
	  echo "make: $$recent lacks its venv module: install it (on Debian: apt-get install python3-venv)." >&2; exit 1; }; \
	echo "making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV) && \
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt

browser:
	@for browser in $(BROWSERS); do command -v $$browser && command -v pdftoppm && exit 0; done >/dev/null; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing Chromium and poppler-utils" && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium poppler-utils >/dev/null; \
	else \
	  echo "make: the tests need Chromium and pdftoppm: install them (on Debian: apt-get install chromium poppler-utils)." >&2; exit 1; \
	fi
# Debian's headless shell draws a page for a quarter of that, where it is to be had.
	@[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! command -v chromium-headless-shell >/dev/null || exit 0; \
	echo "installing chromium-headless-shell"; apt-get update -qq; \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null || \
	echo "make: it is not to be had: the tests use Chromium itself, and take longer."

gettext:
	@command -v xgettext >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing gettext" && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gettext >/dev/null; \
	else \
	  echo "make: messages need GNU gettext: install it (on Debian: apt-get install gettext)." >&2; exit 1; \
	fi

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-emit-index-url --no-emit-find-links $(ARGS)

lock: uv
	$(COMPILE) pyproject.toml --extra dev -o locks/development.txt >/dev/null
	$(COMPILE) pyproject.toml --extra trial -c locks/development.txt -o locks/trial.txt >/dev/null
	$(COMPILE) pyproject.toml --extra production -c locks/development.txt -o locks/production.txt >/dev/null
	sed -n 's/^ *"\(uv==.*\)",$$/\1/p' pyproject.toml | $(COMPILE) - -o locks/uv.txt >/dev/null

# Keeps .data: what a trial holds is removed by hand.
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
