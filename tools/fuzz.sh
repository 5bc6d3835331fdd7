#!/usr/bin/env bash
# Fuzzes every fuzz target for FUZZTIME each; `make fuzz` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}

targets=$(grep -roE --include='*_test.go' '^func Fuzz\w+' . || true)
[ -n "$targets" ] || { echo "no fuzz targets"; exit; }
for target in ${targets//func /}; do
	dir=$(dirname "${target%:*}")
	name=${target#*:}
	printf '== fuzz: %s in %s\n' "$name" "$dir"
	"$go" test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-20s}" "$dir"
done
