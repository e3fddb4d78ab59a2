#!/bin/bash
# The commands of autocorrelation on maps that have no answer, and what is said of wrong input. Answers of other programs: tests/oracles/columbus.mjs, nc_sids.mjs.
# usage: autocorrelation.sh GAPMAP SOURCE_DIR
set -u
gapmap=$1 root=$2
. "$root/tests/app/toolbox_lib.sh"
grid=$root/examples/data/grid_units.csv map=$root/tests/fixtures/oracles/columbus.geojson

# --- points, and lattices at equality
printf 'id,x,y,v,b,base,zero\na,0,0,1,0,10,0\nb,3,4,2,1,10,0\nc,6,8,5,1,10,0\nd,9,12,4,0,10,0\ne,90,90,3,1,10,0\n' >line.csv
"$gapmap" moran line.csv --metric none --field v --weights band:5 --json >a.json || fail "band"
[ "$(json a.json links) $(json a.json isolates) $(json a.json n)" = "6 1 5" ] || fail "band: D is included: $(cat a.json)"
"$gapmap" moran line.csv --metric none --field v --weights band:4.99 --json >a.json || fail "islands only"
[ "$(json a.json status) $(json a.json i) $(json a.json isolates)" = '"undefined" null 5' ] && grep -q "no unit with a value has a neighbour" a.json || fail "islands only: $(cat a.json)"
"$gapmap" local line.csv --metric none --field v --weights band:5 --stat gi -o l.csv --json >a.json || fail "local band"
[ "$(tail -1 l.csv)" = "e,90,90,3,1,10,0,,,,,,,,,,,,isolate" ] || fail "an island: $(tail -1 l.csv)"
"$gapmap" local line.csv --metric none --field v --weights band:1000 --stat gi -o l.csv --json >a.json || fail "a band wider than the map"
[ "$(grep -c 'too_few$' l.csv)" = 5 ] || fail "all are neighbours of all: $(cat l.csv)"
for statistic in moran gi gistar geary; do
  for threads in 1 3; do "$gapmap" local "$grid" --metric none --field cases --base people --weights inverse:250 --stat $statistic --threads $threads -o t$threads.csv >/dev/null || fail "local $statistic"; done
  cmp -s t1.csv t3.csv || fail "local $statistic: threads differ"
done
"$gapmap" local "$map" --metric none --field CRIME --weights queen -o l.gpkg --json >a.json || fail "local to GeoPackage"
"$gapmap" local l.gpkg --metric none --field CRIME --weights knn:4 -o again.csv --json >a.json || fail "results as input"
head -1 again.csv | grep -q "stat_1,.*status_1" || fail "names that are taken: $(head -1 again.csv)"
"$gapmap" moran "$root/examples/villages.geojson" --field cases --weights knn:2 --json >a.json && grep -q '"metric":"EPSG:45' a.json || fail "degrees are measured in metres: $(cat a.json)"
"$gapmap" moran "$grid" --metric none --field cases --weights knn:4 --alternative two-sided --json >a.json && [ "$(json a.json sided)" = 2 ] || fail "two-sided: $(cat a.json)"

# --- no answer: a sentence, never a number
undefined() { # NAME TEXT COMMAND...
  local name=$1 text=$2
  shift 2
  "$@" --json >a.json || fail "$name: exit code"
  grep -q '"status":"undefined"' a.json && grep -qF "$text" a.json || fail "$name: $(cat a.json)"
  grep -qi 'nan' a.json && fail "$name: NaN in JSON"
}
awk -F, 'NR == 1 { print; next } { print $1 "," $2 "," $3 ",7," $5 "," $6 "," $7 }' line.csv >equal.csv
head -2 line.csv >one.csv; head -1 line.csv >none.csv
for command in moran geary general-g; do
  undefined "$command, all equal" "all values are equal" "$gapmap" $command equal.csv --metric none --field v --weights band:5
  undefined "$command, one unit" "fewer than four units" "$gapmap" $command one.csv --metric none --field v --weights band:5
done
undefined "local, all equal" "all values are equal" "$gapmap" local equal.csv --metric none --field v --weights band:5
undefined "local, one unit" "fewer than four units" "$gapmap" local one.csv --metric none --field v --weights band:5
undefined "no case at all" "fewer than four units" "$gapmap" moran line.csv --metric none --field zero --base base --weights band:5
undefined "base of 0" "fewer than four units" "$gapmap" local line.csv --metric none --field v --base zero --weights band:5
undefined "one colour" "all values are equal" "$gapmap" join-count equal.csv --metric none --field zero --weights band:5
"$gapmap" moran line.csv --metric none --field v --base b --weights band:5 --json >a.json && grep -q "have more cases than base" a.json || fail "more cases than base: $(cat a.json)"

# --- errors name file, row, field
printf 'id,x,y,v\na,1,1,1\nb,2,2,2\nc,1,1,3\nd,3,3,4\n' >twice.csv
printf 'i,j,w\na,b,1\na,q,1\n' >unknown.csv; printf 'i,j,w\na,b,\n' >blank.csv; printf 'i,j,w\na,b,-2\n' >minus.csv; printf 'i,j,w\na,b,1\nb,b,1\n' >self.csv
printf '7 7\n' >bad.gal; printf '0 9 map id\na 0\n' >short.gal; printf 'id,x,y,v\na,1,1,1\na,2,2,2\nc,3,1,3\nd,3,3,4\n' >same.csv
expect "unknown weights"     2 "expected queen, rook, knn:K, band:D" "$gapmap" moran "$grid" --metric none --field cases --weights nearest:4
expect "knn of none"         2 "neighbours >= 1, got '0'"            "$gapmap" moran "$grid" --metric none --field cases --weights knn:0
expect "band of text"        2 "expected a distance above 0"         "$gapmap" moran "$grid" --metric none --field cases --weights band:far
expect "knn of too many"     3 "needs more than 5 units"             "$gapmap" moran line.csv --metric none --field v --weights knn:5
expect "points as queens"    3 "holds no polygons"                   "$gapmap" moran "$grid" --metric none --field cases --weights queen
expect "no system"           3 "states no coordinate system"         "$gapmap" moran "$grid" --field cases --weights knn:4
expect "one place"           3 "twice.csv row 4: lies at the same place as row 2" "$gapmap" moran twice.csv --metric none --field v --weights inverse:9
expect "unknown unit"        3 "unknown.csv row 3, field 'j': there is no row 'q'" "$gapmap" moran line.csv --field v --weights file:unknown.csv
expect "blank weight"        3 "blank.csv row 2, field 'w': expected a weight" "$gapmap" moran line.csv --field v --weights file:blank.csv
expect "negative weight"     3 "minus.csv row 2, field 'w': expected a weight >= 0" "$gapmap" moran line.csv --field v --weights file:minus.csv
expect "own neighbour"       3 "self.csv row 3: the unit 'b' is its own neighbour" "$gapmap" moran line.csv --field v --weights file:self.csv
expect "bad GAL"             3 "bad.gal row 1: expected a first line" "$gapmap" moran line.csv --field v --weights file:bad.gal
expect "short GAL"           3 "speaks of 9 units, 1 are there"      "$gapmap" moran line.csv --field v --weights file:short.gal
expect "ids twice"           3 "same.csv row 3: two rows have the id 'a'" "$gapmap" moran same.csv --field v --weights file:self.csv
expect "no such field"       3 "there is no column 'nope'"           "$gapmap" moran "$map" --metric none --field nope --weights queen
expect "join count of 5"     3 "line.csv row 3, field 'v': expected 0 (white) or 1 (black), got 2" "$gapmap" join-count line.csv --metric none --field v --weights band:5
expect "p without free"      2 "--sampling free"                     "$gapmap" join-count line.csv --metric none --field b --weights band:5 --p 0.5
expect "class without p"     2 "needs --permutations"                "$gapmap" local "$grid" --metric none --field cases --weights knn:4 --permutations 0 --class-by p_perm
expect "unknown style"       2 "--style"                             "$gapmap" moran "$grid" --metric none --field cases --weights knn:4 --style C
exit $((failures > 0))
