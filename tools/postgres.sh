#!/usr/bin/env bash
# Runs a command with a PostgreSQL server that is thrown away afterwards:
#
#   tools/postgres.sh go test ./...
#   tools/postgres.sh --durable go test -bench . ./storage    commits reach the disk, as in production
#
# The command finds it in BUURTBODE_TEST_POSTGRES. The server listens on 127.0.0.1 and a free port, has a folder and a
# password of its own, and leaves whatever PostgreSQL there is already alone.
set -euo pipefail

fsync=off
if [ "${1:-}" = --durable ]; then
	fsync=on
	shift
fi
[ $# -gt 0 ] || { echo "usage: tools/postgres.sh [--durable] COMMAND..." >&2; exit 2; }

# bin prints the folder of the newest server there is; Debian keeps it off the PATH.
bin() {
	local dir
	for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
		if [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ]; then echo "$dir"; return; fi
	done
	dir=$(command -v initdb) && dirname "$dir"
}
bin=$(bin) || { echo "no PostgreSQL server here: on Debian, apt-get install postgresql" >&2; exit 2; }

# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
	id postgres >/dev/null 2>&1 || { echo "no user postgres to run the server as" >&2; exit 2; }
	as=(runuser -u postgres --)
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/buurtbode-postgres.XXXXXX")
stop() {
	code=$?
	trap '' INT TERM HUP
	# pg_ctl stops the one process that postmaster.pid in our folder names.
	[ ! -f "$dir/data/postmaster.pid" ] || "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true
	rm -rf "$dir"
	exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "$password" >"$dir/password"
[ ${#as[@]} = 0 ] || chown -R postgres "$dir"
cd "$dir" # the user postgres may not enter ours
"${as[@]}" "$bin/initdb" -D "$dir/data" -U buurtbode -A scram-sha-256 --pwfile="$dir/password" \
	-E UTF8 --no-locale --no-sync >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }

# Nobody hands out ports for sure, so a taken one means another try.
for try in 1 2 3 4 5 6 7 8; do
	port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000)) # below Linux' own range for outgoing connections
	options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c fsync=$fsync"
	[ $fsync = on ] || options+=" -c synchronous_commit=off -c full_page_writes=off"
	if "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "$options" -t 60 -w start >/dev/null 2>&1; then break; fi
	[ $try -lt 8 ] || { cat "$dir/server.log" >&2; exit 1; }
done
cd - >/dev/null

export BUURTBODE_TEST_POSTGRES="postgres://buurtbode:$password@127.0.0.1:$port/postgres?sslmode=disable"
"$@"
