#!/bin/bash
# gapmap scan as a user runs it: tables of all kinds, error paths, threads, order of rows.
# usage: toolbox_scan.sh GAPMAP SOURCE_DIR
set -u
gapmap=$1 root=$2
. "$root/tests/app/toolbox_lib.sh"

awk 'BEGIN { srand(3); print "id,x,y,cases,base"
  for (i = 1; i <= 60; i++) { x = rand() * 100; y = rand() * 100; b = 50 + int(rand() * 500); r = (x < 30 && y < 30) ? 0.2 : 0.02; printf "v%02d,%.4f,%.4f,%d,%d\n", i, x, y, b * r * (0.5 + rand()), b } }' >places.csv
common=(--cases cases --base base --metric none --json)
"$gapmap" scan places.csv "${common[@]}" -o one.csv --threads 1 >one.json || fail "scan"
for threads in 2 3 8; do
  "$gapmap" scan places.csv "${common[@]}" -o many.csv --threads $threads >many.json || fail "scan with $threads threads"
  cmp -s one.json many.json && cmp -s one.csv many.csv || fail "scan: $threads threads differ from one"
done
(head -1 places.csv; tail -n +2 places.csv | sort -t, -k3) >shuffled.csv
"$gapmap" scan shuffled.csv "${common[@]}" -o many.csv >many.json && cmp -s one.json many.json && cmp -s one.csv many.csv || fail "scan: the order of rows changes the answer"
[ "$(json one.json sided)" = 1 ] || fail "scan: sided: $(cat one.json)"
[ "$(head -1 one.csv)" = "cluster,id,centre,radius,observed,expected,relative_risk,llr,p,p_gumbel,x,y" ] || fail "scan: header: $(head -1 one.csv)"
"$gapmap" scan places.csv --cases cases --base base --metric none -o rows.gpkg 2>&1 >/dev/null | grep . && fail "scan to GeoPackage"

# The same cases and people, split into strata of equal rates: nothing changes but what splitting says.
awk -F, 'NR == 1 { print $0 ",sex"; next } { c = int($4 / 2); b = int($5 / 2); print $1","$2","$3","c","b",m"; print $1","$2","$3","$4 - c","$5 - b",f" }' places.csv >sexes.csv
"$gapmap" scan sexes.csv "${common[@]}" >both.json || fail "scan of split rows"
[ "$(json both.json members)" = "$(json one.json members)" ] && [ "$(json both.json cases)" = "$(json one.json cases)" ] || fail "scan: rows of one id are one place"
"$gapmap" scan sexes.csv "${common[@]}" --strata sex >strata.json || fail "scan --strata"

# Low rates, both sides, ellipses, Bernoulli, limits.
for more in "--scan low" "--scan both" "--shape ellipse --penalty medium --permutations 99" "--model bernoulli" "--max-radius 20" "--max-share 0.1" "--secondary sequential --permutations 99" "--gini"; do
  # shellcheck disable=SC2086
  "$gapmap" scan places.csv "${common[@]}" $more >more.json || fail "scan $more"
done
[ "$("$gapmap" scan places.csv "${common[@]}" --scan both | sed -E 's/.*"sided":([0-9]).*/\1/')" = 2 ] || fail "scan --scan both is two-sided"

# Space-time: numbers, years, dates; prospective; permutation with a row a case.
awk 'BEGIN { srand(9); print "id,x,y,cases,base,week"
  for (i = 1; i <= 20; i++) for (w = 1; w <= 12; w++) printf "v%02d,%d,%d,%d,%d,%d\n", i, i % 5, int(i / 5), (i < 4 && w > 9 ? 6 : 1), 100, w }' >weeks.csv
"$gapmap" scan weeks.csv "${common[@]}" --time week >st.json || fail "scan --time"
grep -q '"start":10,"end":12' st.json || fail "scan --time: the planted weeks are not found: $(cut -c1-400 st.json)"
"$gapmap" scan weeks.csv "${common[@]}" --time week --prospective >pro.json && grep -q '"recurrence_steps"' pro.json || fail "scan --prospective"
"$gapmap" scan weeks.csv "${common[@]}" --time week --base-by-interval --time-step 3 >step.json && [ "$(json step.json intervals)" = 4 ] || fail "scan --time-step"
"$gapmap" scan weeks.csv --cases cases --model st-permutation --metric none --time week --json >perm.json || fail "scan st-permutation"
"$gapmap" scan "$root/examples/data/cases.csv" --model st-permutation --crs EPSG:4490 --time date --time-step 2w --json >dates.json || fail "scan of points a case"
[ "$(json dates.json cases)" = 40 ] || fail "scan: a row is a case: $(cut -c1-300 dates.json)"

# What cannot be answered, and what is wrong.
printf 'id,x,y,cases,base\na,0,0,0,3\nb,1,1,0,5\n' >none.csv
"$gapmap" scan none.csv "${common[@]}" >none.json || fail "scan without a case"
grep -q '"clusters":\[\].*"status":"missing","reason":"there are no cases"' none.json || fail "scan without a case: $(cat none.json)"
printf 'id,x,y,cases,base\na,3,3,2,3\nb,3,3,1,5\n' >point.csv
"$gapmap" scan point.csv "${common[@]}" | grep -q '"reason":"all places are one point' || fail "scan of one point"
printf 'id,x,y,cases,base\na,0,0,3,0\nb,1,1,0,5\n' >zero.csv
expect "scan: cases without base"     3 "place 'a' has 3 cases but nobody at risk" "$gapmap" scan zero.csv --cases cases --base base --metric none
expect "scan: more cases than base"   3 "row 2: place 'a' has 3 cases among 0"     "$gapmap" scan zero.csv --cases cases --base base --metric none --model bernoulli
printf 'id,x,y,cases,base\na,0,0,1.5,3\n' >half.csv
expect "scan: half a case"            3 "half.csv row 2, field 'cases'"            "$gapmap" scan half.csv --cases cases --base base --metric none
printf 'id,x,y,cases,base\na,0,0,nan,3\n' >nan.csv
expect "scan: NaN"                    3 "row 2, field 'cases'"                     "$gapmap" scan nan.csv --cases cases --base base --metric none
printf 'id,x,y,cases,base\na,0,0,1,3\na,1,1,2,5\n' >moved.csv
expect "scan: a place that moves"     3 "one place has one position"               "$gapmap" scan moved.csv --cases cases --base base --metric none
expect "scan: no system"              3 "states no coordinate system"              "$gapmap" scan none.csv --cases cases --base base
expect "scan: no such column"         3 "nope"                                     "$gapmap" scan none.csv --cases nope --base base --metric none
expect "scan: no base"                2 "--base is missing"                        "$gapmap" scan none.csv --cases cases --metric none
expect "scan: share of 50"            2 "--max-share"                              "$gapmap" scan none.csv --cases cases --base base --metric none --max-share 50
expect "scan: permutation, no time"   2 "needs --time"                             "$gapmap" scan none.csv --cases cases --metric none --model st-permutation
expect "scan: ellipses on the sphere" 2 "--shape ellipse needs a plane"            "$gapmap" scan none.csv --cases cases --base base --crs EPSG:4326 --shape ellipse
printf 'id,x,y,cases,base,week\na,0,0,1,9,2024-01-01\nb,1,1,1,9,never\n' >weeks2.csv
expect "scan: bad dates"              3 "weeks2.csv row 3, field 'week'"           "$gapmap" scan weeks2.csv --cases cases --base base --metric none --time week
expect "scan: raster output"          2 "must end in"                              "$gapmap" scan places.csv --cases cases --base base --metric none -o a.tif

exit $((failures > 0))
