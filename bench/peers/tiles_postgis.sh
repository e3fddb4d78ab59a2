#!/usr/bin/env bash
# Peer: vector tiles of points by PostGIS (ST_AsMVT), one statement a level, nothing dropped, no buffer, not compressed. Prints a row of the table.
#   bench/peers/tiles_postgis.sh POINTS.csv SECONDS      needs Debian's postgresql-15-postgis-3; a cluster of its own on loopback, gone at the end
set -euo pipefail
points=$1 limit=$2
bin=/usr/lib/postgresql/15/bin port=${PGPORT:-55471}
[ -x $bin/initdb ] && [ -f /usr/share/postgresql/15/extension/postgis.control ] || { echo 'PostGIS: skipped, postgresql-15-postgis-3 is not installed'; exit 0; }
id -u postgres >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || { echo 'PostGIS: skipped, only root can start it as the user postgres'; exit 0; }
work=$(mktemp -d); chmod 755 "$work"
as() { su postgres -c "$*"; }
trap 'as "$bin/pg_ctl -D $work/db -m immediate stop" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
mkdir "$work/db" && chown postgres "$work/db"
as "$bin/initdb -D $work/db -A trust -E UTF8 --locale=C" >/dev/null
cat >>"$work/db/postgresql.conf" <<C
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$work/db'
shared_buffers = 2GB
work_mem = 256MB
jit = off
C
as "$bin/pg_ctl -D $work/db -w -l $work/db/log start" >/dev/null
sql() { psql -h 127.0.0.1 -p "$port" -U postgres -qAt -v ON_ERROR_STOP=1 "$@"; }
sql -c 'create extension postgis; create table read(id int, lon float8, lat float8, cases int)'
sql -c '\copy read from stdin csv header' <"$points"
sql -c 'create table p as select id, cases, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857) g from read; analyze p'
cat >"$work/tiles.sql" <<'S'
create table tiles(z int, x int, y int, data bytea);
do $$
declare half float8 := 20037508.342789244;
begin
  for level in 0..14 loop
    insert into tiles
    select level, x, y, ST_AsMVT(row, 'points', 4096, 'geom')
    from (select x, y, id, cases, ST_AsMVTGeom(g, ST_TileEnvelope(level, x, y), 4096, 0, false) geom
          from (select id, cases, g, floor((ST_X(g) + half) / (2 * half / 2 ^ level))::int x, floor((half - ST_Y(g)) / (2 * half / 2 ^ level))::int y from p) placed) row
    group by x, y;
  end loop;
end $$;
S
start=$(date +%s.%N)
name='1,000,000 points, z0-14, every point, PostGIS ST_AsMVT, not compressed, loading not counted'
timeout "$limit" psql -h 127.0.0.1 -p "$port" -U postgres -qAt -v ON_ERROR_STOP=1 -f "$work/tiles.sql" || name="$name, ended by the limit"
seconds=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }')
echo "| $name | 1 | $seconds | | | $(sql -c 'select round(sum(length(data)) / 1e6, 1) from tiles') |"
