#!/bin/sh
# Starts a Bluesky network of npm packages on this machine, crawls it, and stops it. See bluesky_network.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${BLUESKY_FOLDER:-"$root/.bluesky"} # kept: the packages take 360 MB and minutes to install
python=${PYTHON:-"$root/.venv/bin/python"}
pg=${PG_BIN:-$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
redis=${REDIS_SERVER:-redis-server}
run=$(mktemp -d)
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

mkdir -p "$work"
cp "$here/bluesky_network.js" "$work/"
[ -f "$work/package.json" ] || echo '{"private":true}' >"$work/package.json"
[ -d "$work/node_modules/@atproto/dev-env/dist" ] ||
  (cd "$work" && npm install --no-audit --no-fund @atproto/dev-env@0.3.215)

[ "$(id -u)" != 0 ] || chown postgres "$run"
stop() {
  [ -z "${node:-}" ] || kill "$node" 2>/dev/null || true
  [ -z "${store:-}" ] || kill "$store" 2>/dev/null || true
  as_postgres "$pg/pg_ctl" -D "$run/pg" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$run"
}
trap stop EXIT
trap 'exit 1' INT TERM

as_postgres "$pg/initdb" -D "$run/pg" -A trust -U pg >/dev/null
as_postgres "$pg/pg_ctl" -D "$run/pg" -w -o "-p 5533 -h 127.0.0.1 -k $run" -l "$run/pg.log" start >/dev/null
"$redis" --bind 127.0.0.1 --port 6390 --save '' >/dev/null &
store=$!
cd "$work"
: >network.log
DB_POSTGRES_URL=postgresql://pg@127.0.0.1:5533/postgres REDIS_HOST=127.0.0.1:6390 \
  node bluesky_network.js >network.log 2>&1 &
node=$!
waited=0
until grep -q '^READY' network.log; do
  kill -0 "$node" 2>/dev/null || { tail network.log; exit 1; }
  waited=$((waited + 1))
  [ "$waited" -lt "${PATIENCE_SECONDS:-300}" ] || { echo "the network did not start"; exit 1; }
  sleep 1
done
cd "$root"
BLUESKY_NETWORK_PID=$node BLUESKY_NETWORK_LOG=$work/network.log \
  "$python" -m pytest tests/optional/test_bluesky_network.py -p no:randomly "$@"
