#!/bin/bash
# The toolbox through the command line: reference answers, error paths with their exit codes, and the example of each --help.
# usage: toolbox.sh GAPMAP SOURCE_DIR
set -u
gapmap=$1 root=$2
data=$root/tests/fixtures/oracles
. "$root/tests/app/toolbox_lib.sh"

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

# --- capture: two lists of households, the estimate worked out by awk from the overlap that grep counts
first=$root/examples/data/list_officers.csv second=$root/examples/data/list_grid.csv
"$gapmap" capture "$first" "$second" --id household_code --json >c.json || fail "capture"
for list in first second; do tail -n +2 "${!list}" | cut -d, -f1 | grep . | sort -u >$list.txt; done
n1=$(wc -l <first.txt) n2=$(wc -l <second.txt) m=$(comm -12 first.txt second.txt | wc -l)
[ "$(json c.json n1) $(json c.json n2) $(json c.json m)" = "$((n1)) $((n2)) $((m))" ] || fail "capture: counts in JSON: $(cat c.json)"
same "capture estimate" "$(json c.json estimate)" "$(awk "BEGIN { printf \"%.17g\", ($n1 + 1) * ($n2 + 1) / ($m + 1) - 1 }")" 1e-12
same "capture variance" "$(json c.json variance)" "$(awk "BEGIN { printf \"%.17g\", ($n1 + 1) * ($n2 + 1) * ($n1 - $m) * ($n2 - $m) / (($m + 1) ^ 2 * ($m + 2)) }")" 1e-12
grep -q '"repeats":\[1,1\],"without_key":\[1,0\]' c.json || fail "capture: repeats: $(cat c.json)"
"$gapmap" capture "$first" "$second" --lang en >c.txt && grep -q '^dependence: ' c.txt && grep -q '^matching errors: ' c.txt || fail "capture: the two warnings: $(cat c.txt)"
printf 'household_code\n' >nobody.csv
expect "capture of nobody"      3 "an empty list says nothing"         "$gapmap" capture nobody.csv nobody.csv
printf "household_code\nA\n" >one.csv; printf "household_code\nB\n" >other.csv
expect "capture without overlap" 3 "without an overlap"               "$gapmap" capture one.csv other.csv
expect "capture without key"    3 "there is no column 'nope'"          "$gapmap" capture "$first" "$second" --id nope
expect "capture of a workbook"  3 "expected a CSV file"                "$gapmap" capture list.xlsx "$second"
expect "capture at 1"           2 "--confidence"                       "$gapmap" capture "$first" "$second" --confidence 1

# --- contours: bands tile the cells with data
printf 'ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 10\nNODATA_value -9\n0 10 20\n0 10 -9\n' >bands.asc
"$gapmap" contours bands.asc --crs EPSG:4545 --breaks 5,15 -o bands.geojson --json >b.json 2>b.err || fail "contours: $(cat b.err)"
same "contours area" "$(json b.json area)" 500 1e-9
[ "$(json b.json bands)" = 3 ] || fail "contours: bands: $(cat b.json)"
"$gapmap" contours bands.asc --crs EPSG:4545 --breaks 100 >b.csv 2>/dev/null || fail "contours to standard output"
grep -q '^,100,500' b.csv || fail "contours: one band, open below: $(cat b.csv)"
expect "contours without a system"  3 "states no coordinate system"  "$gapmap" contours bands.asc --breaks 5
expect "contours that do not rise"  2 "expected rising numbers"      "$gapmap" contours bands.asc --crs EPSG:4545 --breaks 5,5
expect "contours of words"          2 "expected numbers with commas" "$gapmap" contours bands.asc --crs EPSG:4545 --breaks a,b
expect "contours of no raster"      3 "there is no such file"        "$gapmap" contours nothing.tif --breaks 5

# --- zonal: every form of input, and what cannot be said
printf 'ncols 4\nnrows 4\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9\n1 2 3 4\n5 6 7 8\n9 10 -9 12\n13 14 15 16\n' >grid.asc
printf 'id,WKT\na,"POLYGON((0 0,2 0,2 2,0 2,0 0))"\nb,"POLYGON((1.5 1.5,3 1.5,3 3,1.5 3,1.5 1.5))"\nc,"POLYGON((9 9,10 9,10 10,9 9))"\nd,\ne,"POLYGON((2.1 1.1,2.9 1.1,2.9 1.9,2.1 1.1))"\nf,"POLYGON((1 0,3 2,3 0,1 2,1 0))"\n' >areas.csv
"$gapmap" zonal grid.asc areas.csv --metric none --stats count,sum,mean,min,max,sd,median,cells,nodata,majority -o z.csv --json >z.json 2>z.err || fail "zonal: $(cat z.err)"
grep -q '^a,4,46,11.5,9,14,2.06[0-9]*,11.5,4,0,9,ok$' z.csv || fail "zonal: four whole cells: $(cat z.csv)"
grep -q '^b,1.75,12.5,7.1428[0-9]*,6,10,' z.csv || fail "zonal: shares: $(cat z.csv)"
grep -q '^c,0,,,,,,,0,0,,missing$' z.csv || fail "zonal: off the raster: $(cat z.csv)"
grep -q '^d,,,,,,,,,,,missing$' z.csv || fail "zonal: no polygon: $(cat z.csv)"
grep -q '^e,0,,,,,,,0,0.3[0-9]*,,missing$' z.csv || fail "zonal: no data only: $(cat z.csv)"
[ "$(json z.json polygons) $(json z.json ok) $(json z.json missing) $(json z.json unplaced) $(json z.json repaired)" = "6 3 3 1 1" ] || fail "zonal: figures: $(cat z.json)"
"$gapmap" zonal grid.asc areas.csv --metric none --centre --stats count,p50 -o z.csv >/dev/null || fail "zonal --centre"
grep -q '^b,2,' z.csv || fail "zonal --centre: $(cat z.csv)"
"$gapmap" zonal grid.asc areas.csv --metric none -o z.gpkg >/dev/null || fail "zonal to GeoPackage"
expect "zonal of an unknown statistic" 2 "there is no 'average'; there are count, sum"  "$gapmap" zonal grid.asc areas.csv --metric none --stats count,average
expect "zonal with one twice"   2 "named twice"                        "$gapmap" zonal grid.asc areas.csv --metric none --stats sum,sum
expect "zonal without a file"   3 "there is no such file"              "$gapmap" zonal nothing.tif areas.csv --metric none
expect "zonal of no raster"     3 "is not a raster file"               "$gapmap" zonal areas.csv areas.csv --metric none
expect "zonal of band 2"        3 "has no band 2; it has 1"            "$gapmap" zonal grid.asc areas.csv --metric none --band 2
expect "zonal without system"   3 "states no coordinate system"        "$gapmap" zonal grid.asc areas.csv
expect "zonal to a raster"      2 "must end in"                        "$gapmap" zonal grid.asc areas.csv --metric none -o z.tif
# Villages in degrees on a raster in metres.
"$gapmap" zonal "$root/examples/data/case_density.tif" "$root/examples/data/villages.geojson" --stats count,sum -o z.csv --json >z.json 2>z.err || fail "zonal in another system: $(cat z.err)"
[ "$(json z.json ok)" = 6 ] || fail "zonal in another system: $(cat z.json)"

# --- pattern: five points by hand, and too few of them
printf 'x,y\n0,0\n10,0\n10,10\n0,10\n0,0\n' >five.csv
"$gapmap" pattern five.csv --metric none --cell 10 -o cells.csv --json >p.json || fail "pattern"
[ "$(json p.json n) $(json p.json distinct) $(json p.json occupied_cells) $(json p.json max_count) $(json p.json mean_nn)" = "5 4 4 2 6.0" ] || fail "pattern: $(cat p.json)"
[ "$(sed -n 2p cells.csv)" = "0,0,5,5,2" ] || fail "pattern: cells: $(cat cells.csv)"
printf 'x,y\n3,4\n' >one_point.csv
"$gapmap" pattern one_point.csv --metric none --json >p.json || fail "pattern of one point"
grep -q '"mean_nn":null.*"clark_evans_bbox":null.*"status":"too_few","note":"one point' p.json || fail "pattern of one point: $(cat p.json)"
printf 'x,y\n3,4\n3,4\n3,4\n' >pile.csv
"$gapmap" pattern pile.csv --metric none --cell 1 --json >p.json || fail "pattern of one place"
grep -q '"mean_nn":0.0.*"clark_evans_bbox":null.*"too_few"' p.json || fail "pattern of one place: $(cat p.json)"
printf 'x,y\n,\n' >nowhere.csv
expect "pattern of nothing"     3 "holds no point"                     "$gapmap" pattern nowhere.csv --metric none
expect "pattern without cell"   2 "--cell D"                           "$gapmap" pattern five.csv --metric none -o cells.csv
expect "pattern origin"         2 "--origin: expected x,y"             "$gapmap" pattern five.csv --metric none --cell 1 --origin 3
expect "pattern cell 0"         2 "expected a distance above 0"        "$gapmap" pattern five.csv --metric none --cell 0

# --- density against the plain sum of all pairs, worked out by awk
awk 'BEGIN { srand(7); print "x,y"; for (i = 0; i < 90; i++) printf "%.17g,%.17g\n", 1000 * rand(), 800 * rand() }' >sample.csv
awk 'BEGIN { srand(11); print "x,y"; for (i = 0; i < 60; i++) printf "%.17g,%.17g\n", 1000 * rand(), 800 * rand() }' >places.csv
for kernel in gaussian epanechnikov quartic; do
  awk -F, -v kernel=$kernel -v h=130 '
    FNR == 1 { if (NR != 1) print "expected"; next }
    NR == FNR { x[++n] = $1; y[n] = $2; next }
    {
      sum = 0
      for (i = 1; i <= n; i++) {
        u = (($1 - x[i]) ^ 2 + ($2 - y[i]) ^ 2) / (h * h)
        if (kernel == "gaussian") sum += exp(-u / 2) / 2
        else if (u < 1) sum += kernel == "quartic" ? 3 * (1 - u) ^ 2 : 2 * (1 - u)
      }
      printf "%.17g\n", sum / (3.14159265358979323846 * h * h)
    }' sample.csv places.csv >brute.csv
  "$gapmap" density sample.csv --metric none --kernel $kernel --bandwidth 130 --at places.csv -o at.csv >/dev/null || fail "density $kernel"
  columns "density $kernel against all pairs" at.csv:density brute.csv:expected 1e-10 1e-13
done

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
printf 'id,x,y,c,p\n1,0,0,4,50\n2,1,0,2,60\n3,2,0,7,80\n4,3,0,1,40\n5,4,0,3,70\n' >units.csv
"$gapmap" rates units.csv --cases c --base p --method eb-local --weights knn:2 --metric none -o near.csv --json >r.json || fail "local rates of points by distance"
[ "$(json r.json status)" = '"ok"' ] || fail "status of local rates"
for count in 0,50 3,0; do
    printf 'id,c,p\n1,%s\n2,%s\n' "$count" "$count" >units.csv
    "$gapmap" rates units.csv --cases c --base p -o none.csv --json >r.json || fail "rates of c,p = $count"
    grep -q '"notes":\["' r.json || fail "rates of c,p = $count say nothing about it"
done
expect "unknown weights"     2 "expected queen, rook, knn:K"  "$gapmap" rates "$villages" --cases cases --base people --method eb-local --weights nearest:4
expect "transform unknown"   3 "XYZ"                                "$gapmap" transform "$cases" --from XYZ --to EPSG:4326
expect "transform csv"       3 "add --from"                         "$gapmap" transform "$cases" --to EPSG:4326
if [ -c /dev/full ]; then
  "$gapmap" join "$cases" "$villages" --crs EPSG:4490 >/dev/full 2>err.txt
  [ $? = 5 ] && grep -q "cannot be written" err.txt || fail "a full disk: $(cat err.txt)"
fi
# --- outputs: what may stand in their place
mkfifo pipe.csv && mkdir folder.csv real && ln -s real/counts.csv link.csv && ln -s loop.csv loop.csv && echo old >real/counts.csv
expect "a pipe"            5 "is not an ordinary file"   "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --count -o pipe.csv
[ -p pipe.csv ] || fail "a pipe was replaced"
expect "a folder"          5 "is a folder"               "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --count -o folder.csv
expect "links in a ring"   5 "lead nowhere"              "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --count -o loop.csv
expect "a missing folder"  5 "there is no folder 'no/such'; make it first" "$gapmap" join "$cases" "$villages" --crs EPSG:4490 -o no/such/x.csv
mkfifo pipe.tif pipe.gpkg
expect "a pipe as raster"  5 "is not an ordinary file"   "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --cell 100 -o pipe.tif
expect "a pipe as layer"   5 "is not an ordinary file"   "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --count -o pipe.gpkg
[ -p pipe.tif ] && [ -p pipe.gpkg ] || fail "a pipe was replaced"
"$gapmap" join "$cases" "$villages" --crs EPSG:4490 --count -o link.csv >/dev/null || fail "a link was not followed"
[ -L link.csv ] && grep -q count real/counts.csv || fail "a link was replaced, or not what it names"
expect "a raster as PNG"   2 "must end in .tif, .tiff"   "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --cell 100 -o z.png
expect "places as raster"  2 "must end in .csv, .gpkg"   "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --at "$cases" -o z.tif
expect "rates as DWG"      2 "must end in .csv, .gpkg"   "$gapmap" rates "$villages" --cases cases --base people -o z.dwg
expect "transform as DOC"  2 "must end in .csv, .gpkg"   "$gapmap" transform "$cases" --from EPSG:4490 --to GCJ02 -o z.doc

# --- events and series: what cannot be, and what cannot be said
printf 'id,x,y,t\n1,0,0,1\n2,3,4,6\n' >two.csv
printf 'id,x,y,t\n' >no_event.csv
printf 'id,x,y,t\n1,0,0,2022-01-05\n2,3,4,soon\n' >soon.csv
printf 't,n\n1,4\n1,5\n' >twice.csv
expect "breaks that fall"     2 "--distances: expected 2 or more rising numbers" "$gapmap" knox two.csv --metric none --time t --distances 5,1 --intervals 0,9
expect "one break"            2 "--intervals: expected 2 or more rising"   "$gapmap" knox two.csv --metric none --time t --distances 0,9 --intervals 9
expect "text as time"         3 "soon.csv row 3, field 't': expected a date" "$gapmap" knox soon.csv --metric none --time t --distances 0,9 --intervals 0,9
expect "no time column"       3 "there is no column 'when'"               "$gapmap" trend twice.csv --value n --time when
expect "a time twice"         3 "twice.csv row 3, field 't': has the time '1' a second time" "$gapmap" trend twice.csv --value n --time t
expect "months of numbers"    2 "--step in months needs dates"            "$gapmap" cube two.csv --metric none --time t --cell 1 --step 1mo
expect "a cube without cell"  2 "points need --cell"                      "$gapmap" cube two.csv --metric none --time t
expect "too many bins"        2 "too large"                               "$gapmap" cube two.csv --metric none --time t --cell 0.00001 --step 1
expect "alarm of rows"        2 "--step is needed"                        "$gapmap" alarm twice.csv --time t
expect "mu1 below mu0"        2 "--mu1: expected more than --mu0"         "$gapmap" alarm twice.csv --count n --time t --step 1 --mu0 2 --mu1 1
for nothing in "knox no_event.csv --metric none --time t --distances 0,9 --intervals 0,9" "mantel no_event.csv --metric none --time t" "cube no_event.csv --metric none --time t --cell 1 --step 1" "trend no_event.csv --value t" "alarm no_event.csv --count t --time t"; do
  "$gapmap" $nothing --json >n.json 2>err.txt || fail "$nothing: $(cat err.txt)"
  [ "$(json n.json status)" = '"missing"' ] && grep -q '"note"' n.json || fail "$nothing: $(cat n.json)"
done
"$gapmap" knox two.csv --metric none --time t --distances 0,5,6 --intervals 0,5,6 --pairs near.csv --json >k.json || fail "knox --pairs"
[ "$(cat near.csv)" = "$(printf 'first,second,first_time,second_time,distance,interval,tie\n1,2,1,6,5,5,0')" ] || fail "knox --pairs: $(cat near.csv)"

# --- text that is not UTF-8
printf 'id,\xbe\xad\xb6\xc8,\xce\xb3\xb6\xc8,\xc3\xfb\xb3\xc6\n1,107.7,34.7,\xb4\xe5\n' >gbk.csv
printf 'id,lon,lat,name\n1,107.7,34.7,\xff\xff\n' >bytes.csv
"$gapmap" join gbk.csv "$villages" --crs EPSG:4490 >gbk_out.csv 2>err.txt && grep -q '^id,经度,纬度,名称,' gbk_out.csv || fail "GBK: $(cat gbk_out.csv err.txt)"
expect "GBK and no column"  3 "there is no column 'nope'; there are: id, 经度, 纬度, 名称" "$gapmap" join gbk.csv "$villages" --crs EPSG:4490 --sum nope
expect "GBK, as JSON"       3 '{"error":{"kind":"input"' "$gapmap" join gbk.csv "$villages" --crs EPSG:4490 --sum nope --json
expect "an option in GBK"   3 '{"error":{"kind":"input"' "$gapmap" join "$cases" "$villages" --crs EPSG:4490 --sum $'\xb4\xe5' --json
expect "neither"            3 "bytes.csv row 2: is neither UTF-8 nor GB18030" "$gapmap" join bytes.csv "$villages" --crs EPSG:4490
printf '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"\xb4\xe5"},"geometry":{"type":"Point","coordinates":[107,34]}}]}' >gbk.geojson
expect "GBK in GeoJSON"     3 "gbk.geojson [gbk] row 1, field 'name': is not UTF-8" "$gapmap" transform gbk.geojson --to GCJ02

# --- what was asked for, by its name
echo '{"type":"FeatureCollection","features":[]}' >none.geojson
printf 'name,n,p\na,1,10\nb,1.5,20\nc,nan,30\n' >nan.csv
printf 'name,n,p\n' >header.csv
expect "no features"          3 "none.geojson: holds no features" "$gapmap" join "$cases" none.geojson --crs EPSG:4490
expect "the row that is nan"  3 "nan.csv row 4, field 'n': expected a number >= 0, got 'nan'" "$gapmap" rates nan.csv --cases n --base p
expect "an unknown --crs"     3 "--crs: 'EPSG:1' is not"    "$gapmap" join "$cases" "$villages" --crs EPSG:1
expect "an unknown --to"      3 "--to: 'EPSG:1' is not"     "$gapmap" transform "$cases" --from EPSG:4490 --to EPSG:1
expect "an unknown --metric"  3 "--metric: 'EPSG:1' is not" "$gapmap" density "$cases" --crs EPSG:4490 --metric EPSG:1 --bandwidth 1km --cell 100 -o x.tif
expect "size and cell"        2 "give one of them"          "$gapmap" density "$cases" --crs EPSG:4490 --bandwidth 1km --cell 100 --size 10,10 -o x.tif
expect "unknown command"      2 "there is no command 'densty'; the nearest is 'density'" "$gapmap" densty x.csv
expect "usage as JSON"        2 '{"error":{"kind":"usage","message":"there is no command '"'nope'" "$gapmap" nope --json
expect "option as JSON"       2 '{"error":{"kind":"usage"' "$gapmap" join --nonsense --json
expect "a negative seed"      2 "--seed: expected a whole number" "$gapmap" demo county --seed -1
"$gapmap" rates header.csv --cases n --base p --json >r.json || fail "rates of a header alone"
[ "$(json r.json mean) $(json r.json variance) $(json r.json n)" = "null null 0" ] || fail "rates of a header alone: $(cat r.json)"

"$gapmap" join none.csv "$villages" --crs EPSG:4490 --json >out.txt 2>err.txt
grep -q '^{"error":{"kind":"input",.*"source":"none.csv"' err.txt || fail "error as JSON: $(cat err.txt)"

# --- change, effect, power and standardised rates: what is asked wrongly, and what has no answer
expect "direct without strata"   2 "needs --strata"                "$gapmap" rates "$villages" --cases cases --base people --method direct
expect "change of one count"     2 "expected both"                 "$gapmap" change --before 4
expect "no percentage"           2 "--percent: expected a change"  "$gapmap" change --percent abc
expect "nothing to compare"      2 "give one of"                   "$gapmap" change
expect "effect without data"     2 "needs points"                  "$gapmap" effect --method wdd
expect "power of nothing"        2 "give one of"                   "$gapmap" power
printf 't,n\n1,2\n2,3\n4,5\n' >hole.csv; printf 't,n\n1,2\n2,3\n3,5\n' >short.csv; printf 'unit,age,c,b\nA,y,3,10\nA,y,1,10\n' >twice.csv
expect "a missing step"          3 "hole.csv row 4, field 't': steps of time must be equal" "$gapmap" effect hole.csv --method its --time t --cases n --start 2
expect "a stratum twice"         3 "twice.csv row 3, field 'age': unit 'A' has stratum 'y' twice" "$gapmap" rates twice.csv --cases c --base b --method direct --strata age --id unit
"$gapmap" effect short.csv --method its --time t --cases n --start 2 --json | grep -q '"status":"too_few_before"' || fail "a series of three steps"
"$gapmap" change --before 0 --now 0 --json | grep -q '"status":"no_case"' || fail "a change from nothing to nothing"

# --- the example in each --help runs
ln -s "$root/examples" examples
for command in join density risk rates transform capture zonal pattern scan moran geary general-g join-count lee local knox mantel trend cube alarm change effect power; do
  example=$("$gapmap" $command --help | sed -n 's/^ *Example: gapmap //p')
  [ -n "$example" ] || fail "$command --help has no example"
  "$gapmap" $example >out.txt 2>err.txt || fail "example of $command: $(cat err.txt)"
done

[ $failures = 0 ] && echo "toolbox: all as expected"
exit $((failures > 0))
