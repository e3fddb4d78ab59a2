#!/usr/bin/env bash
# The raster of the tile benchmark: 16384 x 16384 cells of red, green, blue and opacity in EPSG:3857, aligned with level 14 of WebMercatorQuad.
#   bench/tiles_heat.sh BENCH_GENERATE OUT.tif
set -euo pipefail
generate=$1 out=$2 side=16384
raw=$(basename "${out%.tif}.raw") vrt=${out%.tif}.vrt
"$generate" heat $side "${out%.tif}.raw"
awk -v side=$side -v raw="$raw" 'BEGIN {
  half = 20037508.342789244; cell = half / 2097152  # of level 14, 256 pixels a tile
  printf "<VRTDataset rasterXSize=\"%d\" rasterYSize=\"%d\"><SRS>EPSG:3857</SRS>", side, side
  printf "<GeoTransform>%.9f,%.15f,0,%.9f,0,%.15f</GeoTransform>\n", -half + 13600 * 256 * cell, cell, half - 6600 * 256 * cell, -cell
  split("Red Green Blue Alpha", colour, " ")
  for (b = 1; b <= 4; b++) printf "<VRTRasterBand dataType=\"Byte\" band=\"%d\" subClass=\"VRTRawRasterBand\"><ColorInterp>%s</ColorInterp><SourceFilename relativeToVRT=\"1\">%s</SourceFilename><ImageOffset>%d</ImageOffset><PixelOffset>4</PixelOffset><LineOffset>%d</LineOffset></VRTRasterBand>\n", b, colour[b], raw, b - 1, 4 * side
  print "</VRTDataset>" }' >"$vrt"
gdal_translate -q -co TILED=YES -co COMPRESS=DEFLATE -co ZLEVEL=1 -co ALPHA=UNSPECIFIED "$vrt" "$out.part.tif"
mv "$out.part.tif" "$out"
rm -f "$vrt" "${out%.tif}.raw"
