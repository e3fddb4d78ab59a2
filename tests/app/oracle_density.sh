#!/bin/bash
# Density against the published answers for 116 points in a rectangle. The data are under the GPL and stay outside the repository:
# without them the test says that it is skipped (exit code 77). What needs no outside data is in toolbox.sh.
# usage: oracle_density.sh GAPMAP SOURCE_DIR
set -u
gapmap=$1 root=$2
chicago=$root/../shared/oracles/kde_chicago116
if [ ! -f "$chicago/points.csv" ]; then
  echo "skipped: density against kde_chicago116: not found in $chicago"
  exit 77
fi
. "$root/tests/app/toolbox_lib.sh"

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

[ $failures = 0 ] && echo "density agrees with kde_chicago116"
exit $((failures > 0))
