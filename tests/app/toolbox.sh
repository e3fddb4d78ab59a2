#!/bin/bash
# The toolbox through the command line: reference answers, error paths with their exit codes, and the example of each --help.
# usage: toolbox.sh GAPMAP SOURCE_DIR
set -u
gapmap=$1 root=$2
data=$root/tests/fixtures/oracles
chicago=$root/../shared/oracles/kde_chicago116
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# expect NAME CODE TEXT COMMAND...: the exit code, one line on stderr that holds TEXT, and no file left behind in the folder.
expect() {
  local name=$1 code=$2 text=$3
  shift 3
  "$@" >out.txt 2>err.txt
  local got=$?
  [ $got = "$code" ] || fail "$name: exit code $got, expected $code: $(cat err.txt)"
  grep -qF -- "$text" err.txt || fail "$name: stderr lacks '$text': $(cat err.txt)"
  [ "$(wc -l <err.txt)" = 1 ] || fail "$name: expected one line on stderr, got: $(cat err.txt)"
  ls -A | grep -q part && fail "$name: a temporary file was left behind"
}

# json FILE KEY: the value of a top-level key.
json() { sed -E "s/.*\"$2\":(\"[^\"]*\"|\[[^]]*\]|[^,}]*).*/\1/" "$1"; }

# same NAME GOT WANTED TOLERANCE: relative.
same() { awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(d <= t * m) }' || fail "$1: got $2, expected $3"; }

# columns NAME FILE:COLUMN FILE:COLUMN RELATIVE OF_MAX: two numeric columns of two CSV files, row by row; a difference may be RELATIVE
# of the value or OF_MAX of the largest value.
columns() {
  local fa=${2%%:*} ca=${2#*:} fb=${3%%:*} cb=${3#*:}
  paste -d'\t' <(tr -d '\r' <"$fa") <(tr -d '\r' <"$fb") | awk -F'\t' -v ca="$ca" -v cb="$cb" -v rel="$4" -v ofmax="$5" '
    { n = split($1, a, ","); m = split($2, b, ",") }
    NR == 1 { for (k = 1; k <= n; k++) if (a[k] == ca) ia = k; for (k = 1; k <= m; k++) if (b[k] == cb) ib = k; next }
    { x[NR] = a[ia] + 0; y[NR] = b[ib] + 0; if (y[NR] > top) top = y[NR] }
    END {
      if (!ia || !ib || NR < 2) { print "columns not found"; exit 1 }
      for (r = 2; r <= NR; r++) { d = x[r] - y[r]; if (d < 0) d = -d; if (d > rel * y[r] && d > ofmax * top) bad++ }
      if (bad) { print bad " of " NR - 1 " rows differ"; exit 1 }
    }' || fail "$1"
}

# --- join: 5,000 points in 49 polygons
"$gapmap" join "$data/pip_columbus.csv" "$data/columbus.geojson" --metric none --id POLYID -o points.csv --json >j.json || fail "join"
awk -F, 'NR > 1 && $4 != $5' points.csv | grep -q . && fail "join: points differ from the reference"
[ "$(json j.json matched) $(json j.json unmatched) $(json j.json points)" = "2102 2898 5000" ] || fail "join: counts in JSON: $(cat j.json)"
"$gapmap" join "$data/pip_columbus.csv" "$data/columbus.geojson" --metric none --count --sum pt -o counts.csv --json >j.json || fail "join --count"
awk -F, 'NR > 1 && $4 != "" { n[$4]++; s[$4] += $1 } END { for (k in n) printf "%s,%d,%d\n", k, n[k], s[k] }' <(tr -d '\r' <"$data/pip_columbus.csv") | sort >wanted.txt
awk -F, 'NR > 1 { print $1 "," $(NF-1) "," $NF }' counts.csv | sort >got.txt
cmp -s wanted.txt got.txt || fail "join --count --sum: differs from the reference"
"$gapmap" join "$data/pip_columbus.csv" "$data/columbus.geojson" --metric none --id POLYID --threads 1 >one.csv 2>/dev/null
"$gapmap" join "$data/pip_columbus.csv" "$data/columbus.geojson" --metric none --id POLYID --threads 4 >many.csv 2>/dev/null
cmp -s one.csv points.csv && cmp -s one.csv many.csv || fail "join: standard output, -o and thread counts differ"

# --- rates: 100 counties
"$gapmap" rates "$data/nc_sids.geojson" --cases SID74 --base BIR74 --method eb-local --weights queen -o rates.csv --json >r.json || fail "rates"
same "rates mean" "$(json r.json mean)" 0.00202144489365442 1e-9
same "rates variance" "$(json r.json variance)" 7.69293064701465e-07 1e-9
for pair in raw:raw eb:eb_global eb_local:eb_local; do columns "rates ${pair%:*}" rates.csv:${pair%:*} "$data/nc_sids_eb.csv:${pair#*:}" 1e-9 0; done
"$gapmap" rates "$data/nc_sids.geojson" --cases SID74 --base BIR74 -o rates.gpkg >/dev/null || fail "rates to GeoPackage"

# --- density: 116 points in a rectangle
if [ -f "$chicago/points.csv" ]; then
  for sd in 60 120; do
    for set in sd query200_sd; do
      reference=$chicago/chicago_exact_$set$sd.csv
      for what in gaussian:none:1 gaussian:uniform:1 gaussian:diggle:1 epanechnikov:none:6 quartic:none:8; do
        IFS=: read -r kernel edge factor <<<"$what"
        bandwidth=$(awk -v s=$sd -v f="$factor" 'BEGIN { printf "%.17g", s * sqrt(f) }')
        "$gapmap" density "$chicago/points.csv" --metric none --kernel "$kernel" --edge "$edge" --window "$chicago/window.csv" \
          --bandwidth "$bandwidth" --at "$reference" -o at.csv --json >d.json || fail "density $what"
        # A compact kernel's last digits at its rim are rounding only, so there a share of the largest value counts.
        columns "density $set $sd $what" at.csv:density "$reference:${kernel}_$edge" 1e-10 "$([ "$kernel" = gaussian ] && echo 0 || echo 1e-14)"
      done
    done
  done
  "$gapmap" density "$chicago/points.csv" --metric none --kernel gaussian --bandwidth scott --cell 50 -o scott.tif --json >d.json || fail "density scott"
  [ "$(json d.json n)" = 116 ] || fail "density: n"
  scott=$(json d.json bandwidth | tr -d '[]')
  same "scott x" "${scott%,*}" 125.286624494099 1e-9
  same "scott y" "${scott#*,}" 114.077029412508 1e-9
  # The raster's cell centres are the reference's 32 x 32 places; the raster is float.
  "$gapmap" density "$chicago/points.csv" --metric none --kernel gaussian --bandwidth 120 --edge uniform \
    --extent 0.38935228988424758,153.10349622546553,1281.9862571716155,1276.5602234524408 --size 32,32 -o grid.tif --json >d.json || fail "density raster"
  same "density integral" "$(json d.json integral)" 117.912255038911 2e-2
  if command -v gdal_translate >/dev/null; then
    gdal_translate -q -of XYZ grid.tif grid.xyz && (echo "x,y,value" && sort -g -s -k2,2 grid.xyz | tr ' ' ,) >grid.csv
    columns "density raster" grid.csv:value "$chicago/chicago_exact_sd120.csv:gaussian_uniform" 2e-7 1e-7
  fi
else
  echo "skipped: density against kde_chicago116 (GPL data, kept outside): not found in $chicago"
fi

# --- transform: there and back
"$gapmap" transform "$root/examples/cases.csv" --from EPSG:4490 --to GCJ02 -o gcj.csv --json >t.json || fail "transform"
[ "$(json t.json failed)" = 0 ] || fail "transform: failed points"
cmp -s gcj.csv "$root/examples/cases.csv" && fail "transform: nothing moved"
"$gapmap" transform gcj.csv --from GCJ02 --to EPSG:4490 -o back.csv >/dev/null || fail "transform back"
for c in id lon lat loss_yuan; do columns "transform there and back, $c" back.csv:$c "$root/examples/cases.csv:$c" 1e-12 0; done
"$gapmap" transform "$root/examples/villages.geojson" --to EPSG:4545 -o villages.gpkg --json >t.json || fail "transform layer"
"$gapmap" transform villages.gpkg --to EPSG:4490 -o back.geojson >/dev/null || fail "transform layer back"

# --- degrees are measured in metres; formats in and out
"$gapmap" density "$root/examples/cases.csv" --crs EPSG:4490 --bandwidth 2km --cell 200m --weight loss_yuan -o loss.tif --json >d.json || fail "density in degrees"
same "density mass" "$(json d.json integral)" "$(awk -F, 'NR > 1 { s += $4 } END { print s }' "$root/examples/cases.csv")" 1e-2
"$gapmap" density "$root/examples/cases.csv" --crs EPSG:4490 --bandwidth 2km --at villages.gpkg -o x.csv >out.txt 2>err.txt && fail "density --at polygons was accepted"
"$gapmap" join "$root/examples/cases.csv" villages.gpkg --crs EPSG:4490 --count -o counts.gpkg --json >a.json || fail "join across systems"
"$gapmap" join "$root/examples/cases.csv" "$root/examples/villages.geojson" --crs EPSG:4490 --count -o counts.geojson --json >b.json || fail "join"
cmp -s a.json b.json || fail "join across systems finds other matches: $(cat a.json b.json)"

# --- error paths: exit codes of the contract
printf 'id,lon,lat\n1,107.7,34.7\n2,10x,34.7\n' >bad.csv
printf 'id,a,b\n1,107.7,34.7\n' >nocolumns.csv
printf 'id,lon,lat,w\n1,107.7,34.7,-1\n' >negative.csv
villages=$root/examples/villages.geojson cases=$root/examples/cases.csv
expect "missing points"      3 "none.csv"                           "$gapmap" join none.csv "$villages" --crs EPSG:4490
expect "missing polygons"    3 "there is no such file"              "$gapmap" join "$cases" none.gpkg --crs EPSG:4490
expect "no system"           3 "states no coordinate system"        "$gapmap" join "$cases" "$villages"
expect "no such system"      3 "EPSG:999999"                        "$gapmap" join "$cases" "$villages" --crs EPSG:999999
expect "bad number"          3 "bad.csv row 3, field 'lon': expected a number, got '10x'" "$gapmap" join bad.csv "$villages" --crs EPSG:4490
expect "no x column"         3 "name it with --x"                   "$gapmap" join nocolumns.csv "$villages" --crs EPSG:4490
expect "no such sum"         3 "there is no column 'loss'"          "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --sum loss
expect "no such id"          3 "there is no column 'nr'"            "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --id nr
expect "points as polygons"  3 "holds no polygons"                  "$gapmap" join "$cases" "$cases" --crs EPSG:4490
expect "unknown ending"      2 "must end in .csv, .gpkg"            "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --count -o x.dwg
expect "no folder"           5 "cannot be written"                  "$gapmap" join "$cases" "$villages" --crs EPSG:4490 -o no/such/x.csv
expect "unknown option"      2 "--nonsense"                         "$gapmap" join "$cases" "$villages" --nonsense
expect "bandwidth is text"   2 "--bandwidth: expected a distance"   "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth far --cell 1 -o x.tif
expect "bandwidth is zero"   2 "--bandwidth: expected a distance"   "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 0 --cell 1 -o x.tif
expect "no cell"             2 "--cell"                             "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km -o x.tif
expect "no output"           2 "-o OUT.tif"                         "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --cell 100
expect "bad extent"          2 "--extent"                           "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --cell 100 --extent 1,2,3 -o x.tif
expect "huge grid"           2 "too large"                          "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --cell 0.001 -o x.tif
expect "metric in degrees"   2 "is in degrees"                      "$gapmap" density "$cases" --crs EPSG:4490 --metric EPSG:4326 --bandwidth 1km --cell 100 -o x.tif
expect "negative weight"     3 "expected a weight >= 0, got -1"     "$gapmap" density negative.csv --crs EPSG:4490 --weight w --bandwidth 1km --cell 100 -o x.tif
expect "no such rates field" 3 "there is no column 'sick'"          "$gapmap" rates "$villages" --cases sick --base people
expect "text as cases"       3 "field 'name': expected a number"    "$gapmap" rates "$villages" --cases name --base people
expect "local needs weights" 2 "needs --weights"                    "$gapmap" rates "$villages" --cases cases --base people --method eb-local
expect "unknown weights"     2 "expected queen, rook or file:PATH"  "$gapmap" rates "$villages" --cases cases --base people --method eb-local --weights knn:4
expect "transform unknown"   3 "XYZ"                                "$gapmap" transform "$cases" --from XYZ --to EPSG:4326
expect "transform csv"       3 "add --from"                         "$gapmap" transform "$cases" --to EPSG:4326
if [ -c /dev/full ]; then
  "$gapmap" join "$cases" "$villages" --crs EPSG:4490 >/dev/full 2>err.txt
  [ $? = 5 ] && grep -q "cannot be written" err.txt || fail "a full disk: $(cat err.txt)"
fi
"$gapmap" join none.csv "$villages" --crs EPSG:4490 --json >out.txt 2>err.txt
grep -q '^{"error":{"kind":"input",.*"source":"none.csv"' err.txt || fail "error as JSON: $(cat err.txt)"

# --- the example in each --help runs
ln -s "$root/examples" examples
for command in join density rates transform; do
  example=$("$gapmap" $command --help | sed -n 's/^ *Example: gapmap //p')
  [ -n "$example" ] || fail "$command --help has no example"
  "$gapmap" $example >out.txt 2>err.txt || fail "example of $command: $(cat err.txt)"
done

[ $failures = 0 ] && echo "toolbox: all as expected"
exit $((failures > 0))
