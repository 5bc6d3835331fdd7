#!/usr/bin/env bash
# Checks the form of the code; `make lint` calls it. Every check runs, also after one that failed.
set -uo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
failed=

# check WHAT COMMAND...: the command fails, or prints what is wrong.
check() {
	printf '== lint: %s\n' "$1"
	shift
	"$@" || failed=yes
}

none() {
	local out
	out=$("$@") || return
	[ -z "$out" ] || { echo "$out"; return 1; }
}

gofumpt() { none "$go" tool -modfile=tools/go.mod gofumpt -l .; }

# tidy MODULE-FOLDER
tidy() { "$go" -C "$1" mod tidy -diff; }

# listed: each direct dependency has its lines in docs/dependencies.md.
listed() {
	local module missing=
	for module in $("$go" list -m -f '{{if not (or .Indirect .Main)}}{{.Path}}{{end}}' all); do
		grep -qF "\`$module\`" docs/dependencies.md || { echo "docs/dependencies.md does not tell of $module"; missing=yes; }
	done
	[ -z "$missing" ]
}

# linked: what only tests may use is not in the program.
linked() {
	local packages
	packages=$("$go" list -deps -f '{{if or (not .Standard) (eq .ImportPath "testing")}}{{.ImportPath}}{{end}}' .) || return
	! grep -E 'mymmrac/telego|chromedp|/\w+test$|^testing$' <<<"$packages"
}

check "gofumpt" gofumpt
check "go vet" "$go" vet ./...
check "go vet, tools" "$go" -C tools vet ./...
check "golangci-lint (its first build takes a minute or two)" "$go" tool -modfile=tools/go.mod golangci-lint run
check "go.mod is tidy" tidy .
check "tools/go.mod is tidy" tidy tools
check "dependencies are documented" listed
check "no test code in the program" linked

[ -z "$failed" ] || { echo "lint: FAILED"; exit 1; }
