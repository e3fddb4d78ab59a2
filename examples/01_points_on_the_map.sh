#!/usr/bin/env bash
# One line: how dense are these points, per square kilometre, as a raster that any GIS opens.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
gapmap=${GAPMAP:-gapmap}

"$gapmap" density "$here/data/cases.csv" --crs EPSG:4490 --bandwidth 2km --cell 100m -o cases.tif

test -s cases.tif
