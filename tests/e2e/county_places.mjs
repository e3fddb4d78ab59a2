// Places of the demo county where it is sure what a map must show.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** What a program says. */
export function asked(tool, args) {
  const r = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 29 });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout;
}

/** The county and a little more. */
const around = { lon: [107.29, 108.06], lat: [34.53, 35.01] };

const inside = ([x, y], rings) => rings.reduce((odd, ring) => ring.reduce((o, [ax, ay], i) => {
  const [bx, by] = ring[(i + 1) % ring.length];
  return (ay > y) !== (by > y) && x < ax + ((y - ay) / (by - ay)) * (bx - ax) ? !o : o;
}, odd), false);

/** Distance in degrees to the nearest edge. */
function clearance([x, y], rings) {
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; ++i) {
      const [ax, ay] = ring[i], dx = ring[i + 1][0] - ax, dy = ring[i + 1][1] - ay;
      const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
    }
  }
  return least;
}

const lattice = (across, down) => Array.from({ length: across * down }, (_, i) => [around.lon[0] + ((i % across) + 0.5) * ((around.lon[1] - around.lon[0]) / across), around.lat[0] + (Math.floor(i / across) + 0.5) * ((around.lat[1] - around.lat[0]) / down)]);

/** Places whose village (or none) is sure: `[place, code or null]`, no border nearer than 0.003 degrees. `out` is the county's. */
export function villagePlaces(out) {
  const { features } = JSON.parse(asked('ogr2ogr', ['-f', 'GeoJSON', '-t_srs', 'EPSG:4326', '-select', 'code', '/vsistdout/', path.join(out, 'gaps.gpkg'), 'gaps_village']));
  const all = features.map(({ properties, geometry }) => ({ code: properties.code, rings: geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat() }));
  return lattice(60, 48).flatMap((place) => {
    if (all.some(({ rings }) => clearance(place, rings) < 0.003)) return [];
    return [[place, all.find(({ rings }) => inside(place, rings))?.code ?? null]];
  });
}

/** Places whose class among `breaks` (or none) is the same 300 m around: `[place, class or null]`; GDAL warps the surface to cells of 0.001 degrees for it. */
export function surfacePlaces(surface, breaks, dir) {
  const file = path.join(dir, 'degrees.bin'), size = 0.001, reach = 3;
  const [left, right, bottom, top] = [around.lon[0] - 0.01, around.lon[1] + 0.01, around.lat[0] - 0.01, around.lat[1] + 0.01];
  const [width, height] = [(right - left) / size, (top - bottom) / size].map(Math.round);
  asked('gdalwarp', ['-q', '-t_srs', 'EPSG:4490', '-te', left, bottom, right, top, '-ts', width, height, '-r', 'near', '-ot', 'Float32', '-dstnodata', 'nan', '-of', 'ENVI', surface, file].map(String));
  const bytes = fs.readFileSync(file), cells = new Float32Array(bytes.buffer, bytes.byteOffset, width * height);
  const at = (x, y) => (Number.isNaN(cells[y * width + x]) ? null : breaks.filter((b) => b <= cells[y * width + x]).length);
  return lattice(60, 48).flatMap((place) => {
    const x = Math.floor((place[0] - left) / size), y = Math.floor((top - place[1]) / size), first = at(x, y);
    for (let dy = -reach; dy <= reach; ++dy) for (let dx = -reach; dx <= reach; ++dx) if (at(x + dx, y + dy) !== first) return [];
    return [[place, first]];
  });
}
