#!/usr/bin/env bash
# Runs every test of the project; `make test` calls it.
#
# A test runs with the race detector, which makes SQLite 35 to 70 times slower. So there is one convention: a test that
# needs the speed or the behaviour of the program as people run it (kill -9, thousands of messages) stands in a file
# that begins with
#
#   //go:build !race
#
# The first step leaves such a file out, the second runs exactly the tests of such files. None is named anywhere else.
#
# What is missing (a C compiler for the race detector, a PostgreSQL server, Chromium, npm for axe-core) is installed as root on Debian.
# Elsewhere the tests that need it are skipped, and say how to get it. With CI=true a skipped test is a failed one.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
ci=${CI:-}

step() { printf '\n== test: %s\n' "$*"; }

# get COMMAND PACKAGE...: installs the packages where that can be done.
updated=
get() {
	local command=$1
	shift
	command -v "$command" >/dev/null && return
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "no $command here: tests that need it are skipped (on Debian: apt-get install $*)"
		return 1
	fi
	step "install $*"
	if [ -z "$updated" ]; then apt-get update -qq || return; fi
	updated=yes
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

PATH=$PATH:$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1) # Debian keeps the server there
race=() with=() # both empty, or the flag and the server
if get gcc gcc libc6-dev; then race=(-race); fi
if get postgres postgresql; then with=(tools/postgres.sh); fi
get chromium chromium || true
# axe-core looks at the page for who doesn't see it or uses no mouse. It comes from the npm registry, pinned, and stays in
# a folder beside Go's caches.
axe=4.14.1
if get npm npm; then
	cache=$("$go" env GOCACHE)/buurtbode-axe-core-$axe
	if [ ! -s "$cache/package/axe.min.js" ]; then
		mkdir -p "$cache"
		(cd "$cache" && npm pack --silent "axe-core@$axe" >/dev/null && tar -xzf "axe-core-$axe.tgz") ||
			echo "axe-core can't be fetched from the npm registry: the test that needs it is skipped"
	fi
	[ ! -s "$cache/package/axe.min.js" ] || export BUURTBODE_TEST_AXE=$cache/package/axe.min.js
fi

if [ ${#race[@]} = 0 ] && [ "${CI:-}" = true ]; then
	echo "no C compiler, so no race detector: install gcc" >&2
	exit 1
fi

# The report prints go test's own lines, failed tests in full and skipped ones with their reason.
report=$(mktemp)
trap 'rm -f "$report"' EXIT
"$go" build -C tools -o "$report" ./report

# gotest ARGUMENTS: go test with the server and the report.
gotest() { "${with[@]}" "$go" test -json -timeout 15m "$@" | "$report"; }

failed=
if [ ${#race[@]} = 0 ]; then
	step "all, without the race detector"
	gotest ./... || failed=yes
else
	step "all, with the race detector"
	gotest -race ./... || failed=yes

	plain=$(grep -rlE --include='*_test.go' '^//go:build .*!race\b' . || true)
	if [ -n "$plain" ]; then
		step "what the race detector would make too slow"
		names=$(grep -hoE '^func (Test|Example|Fuzz)\w+' $plain | sed 's/^func //' | sort -u | paste -sd '|')
		gotest -count=1 -run "^($names)\$" $(dirname $plain | sort -u) || failed=yes
	fi
fi

step "the tools' own tests"
"$go" -C tools test -json ./report | "$report" || failed=yes

# Files that neither run compiled are tests that nobody ran.
ignored=$("$go" list -f '{{$d := .Dir}}{{range .IgnoredGoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}' ./... | grep '_test\.go$' || true)
if [ -n "$ignored" ]; then
	echo "left out by a build constraint:" $ignored
	[ "${CI:-}" != true ] || failed=yes
fi

[ -z "$failed" ]
