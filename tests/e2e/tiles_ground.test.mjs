// Hard inputs whose tiles GDAL reads: each shape has the area that it covers and lies where it is, sums are kept, no data is no data in whatever form.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { digests, ok, run, scratch } from './lib.mjs';

const has = (tool) => spawnSync(tool, ['--version']).status === 0;
const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const noGdal = missing || (!has('ogr2ogr') || !has('gdal_translate') || !has('gdalwarp') ? 'GDAL\'s programs are missing' : false);
const dir = scratch('hard');
const place = (name) => path.join(dir, name);
const write = (name, text) => (fs.writeFileSync(place(name), text), place(name));
const report = (...args) => JSON.parse(ok('tiles', ...args, '--json'));
const geojson = (name, ...shapes) => write(name, JSON.stringify({ type: 'FeatureCollection', features: shapes.map((geometry, i) => ({ type: 'Feature', properties: { code: `a${i}`, n: i + 1 }, geometry })) }));
const polygon = (...rings) => ({ type: 'Polygon', coordinates: rings });
const box = (x0, y0, x1, y1) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]];

/** What GDAL reads on one level: each code with its parts' areas in square degrees and its longitudes. */
function read(file, level) {
  const r = spawnSync('ogr2ogr', ['-f', 'GeoJSON', '-t_srs', 'EPSG:4326', '/vsistdout/', file, '-oo', `ZOOM_LEVEL=${level}`, '-oo', 'CLIP=YES'], { encoding: 'utf8', maxBuffer: 1 << 29 });
  assert.equal(r.status, 0, r.stderr);
  const found = {};
  for (const { properties, geometry } of JSON.parse(r.stdout).features) {
    const one = (found[properties.code] ??= { area: 0, west: Infinity, east: -Infinity, n: properties.n });
    for (const rings of geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []) {
      rings.forEach((ring, hole) => {
        one.area += (hole ? -0.5 : 0.5) * Math.abs(ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0));
        for (const [x] of ring) { one.west = Math.min(one.west, x); one.east = Math.max(one.east, x); }
      });
    }
  }
  return found;
}
const near = (value, wanted, within, what) => assert.ok(Math.abs(value - wanted) <= within, `${what}: ${value}, not ${wanted}`);

test('empty and null shapes are left out, the rest is drawn', { skip: noGdal }, () => {
  const file = geojson('null.geojson', null, polygon(), polygon(box(0, 0, 10, 10)), { type: 'MultiPolygon', coordinates: [] }, polygon(box(20, 0, 30, 10)));
  ok('tiles', file, '-o', place('null.mbtiles'), '--max-zoom', '4');
  assert.deepEqual(Object.keys(read(place('null.mbtiles'), 4)).sort(), ['a2', 'a4']);
});

test('the antimeridian: a polygon over it stands on both sides and has its area on each', { skip: noGdal }, () => {
  ok('tiles', geojson('date.geojson', polygon(box(175, -10, 185, 10)), polygon(box(-185, 20, -175, 30)), { type: 'MultiPolygon', coordinates: [[box(170, 40, 180, 50)], [box(-180, 40, -170, 50)]] }), '-o', place('date.mbtiles'), '--max-zoom', '5');
  for (const level of [2, 5]) {
    const found = read(place('date.mbtiles'), level);
    for (const [code, area] of [['a0', 200], ['a1', 100], ['a2', 200]]) {
      near(found[code].area, area, 0.02 * area, `${code} on level ${level}`);
      near(found[code].west, -180, 0.1, `${code} reaches the west`);
      near(found[code].east, 180, 0.1, `${code} reaches the east`);
    }
  }
});

test('the poles: a cap ends where Mercator ends and is whole in degrees', { skip: noGdal }, () => {
  const file = geojson('pole.geojson', polygon(box(-180, 80, 180, 90)), polygon(box(0, -90, 40, -70)));
  ok('tiles', file, '-o', place('pole.mbtiles'), '--max-zoom', '3');
  const found = read(place('pole.mbtiles'), 3);
  near(found.a0.area, 360 * (85.0511 - 80), 20, 'the northern cap');
  near(found.a1.area, 40 * (85.0511 - 70), 10, 'the southern sector');
  const degrees = report(file, '-o', place('pole'), '--set', 'WorldCRS84Quad', '--max-zoom', '2');
  assert.equal(degrees.levels.find((l) => l.level === 2).drawn >= 2, true);
});

test('a bow tie is its two wings, a ring twice is one, a pentagram is whole, a hole that sticks out is cut', { skip: noGdal }, () => {
  const star = Array.from({ length: 6 }, (_, i) => [10 + 5 * Math.cos((4 * Math.PI * i) / 5), 5 * Math.sin((4 * Math.PI * i) / 5)]);
  ok('tiles', geojson('bow.geojson', polygon([[-10, -2], [-6, 2], [-6, -2], [-10, 2], [-10, -2]]), polygon([...box(0, -2, 4, 2), ...box(0, -2, 4, 2).slice(1)]), polygon(star), polygon(box(20, -5, 30, 5), box(19, -2, 24, 2))), '-o', place('bow.mbtiles'), '--max-zoom', '6');
  const found = read(place('bow.mbtiles'), 6);
  near(found.a0.area, 8, 0.2, 'two wings');
  assert.ok(found.a1 === undefined || Math.abs(found.a1.area - 16) < 0.3 || found.a1.area === 0, `a ring twice: ${found.a1?.area}`);
  assert.ok(found.a2.area > 18, `a pentagram: ${found.a2.area}`);
  near(found.a3.area, 100 - 16, 6, 'a hole that sticks out');
});

test('a polygon of a million vertices is drawn on every level, with its area', { skip: noGdal, timeout: 120_000 }, () => {
  const n = 1_000_000, ring = Array.from({ length: n }, (_, i) => {
    const a = (2 * Math.PI * i) / n, r = 5 + 0.05 * Math.sin(40_000 * a) + 0.3 * Math.sin(60 * a);
    return [+(105 + r * Math.cos(a)).toFixed(9), +(r * Math.sin(a)).toFixed(9)];
  });
  ring.push(ring[0]);
  const file = geojson('million.geojson', polygon(ring));
  ok('tiles', file, '-o', place('million.mbtiles'), '--max-zoom', '10');
  const area = Math.PI * (25 + 0.00125 + 0.045);
  for (const level of [2, 5, 7]) near(read(place('million.mbtiles'), level).a0.area, area, 0.02 * area, `level ${level}`);
});

/** 100,000 points within a few hundred metres. */
function crowd() {
  const file = place('crowd.csv');
  if (fs.existsSync(file)) return file;
  let seed = 11;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  return write('crowd.csv', ['id,lon,lat,n', ...Array.from({ length: 100_000 }, (_, i) => `${i},${(107.5 + random() * 0.004).toFixed(7)},${(34.7 + random() * 0.004).toFixed(7)},${i % 4}`)].join('\n') + '\n');
}

for (const [what, ...options] of [['every point'], ['a limit of bytes', '--max-bytes', '100000']]) {
  test(`a hundred thousand features in one tile: ${what}`, { skip: noGdal, timeout: 120_000 }, () => {
    const out = place(`crowd${options.length}.mbtiles`);
    const { levels } = report(crowd(), '-o', out, '--crs', 'EPSG:4490', '--max-zoom', '12', '--min-zoom', '10', ...(options.length ? options : ['--every-point']), '--sum', 'n');
    for (const level of levels) {
      if (options.length) assert.ok(level.largest_tile <= 100_000, `${level.largest_tile} bytes on level ${level.level}`);
      const r = spawnSync('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', out, '-oo', `ZOOM_LEVEL=${level.level}`, '-oo', 'CLIP=YES'], { encoding: 'utf8', maxBuffer: 1 << 29 });
      const { features } = JSON.parse(r.stdout);
      assert.equal(features.reduce((sum, f) => sum + f.properties.n, 0), 150_000, `sum of n on level ${level.level}`);
      const points = options.length ? features.reduce((sum, f) => sum + Number(f.properties.point_count ?? 1), 0) : features.length;
      assert.equal(points, 100_000, `points on level ${level.level}`);
    }
  });
}

/** A grid of 8 x 8 values 1 to 9 whose left half has no data, as text that GDAL reads, then as `gdal_translate` makes it. */
function grid(name, ...options) {
  const rows = Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => (x < 4 ? 0 : 1 + ((x * 3 + y * 5) % 9))).join(' '));
  const text = write('grid.asc', `ncols 8\nnrows 8\nxllcorner 107\nyllcorner 34\ncellsize 0.01\nNODATA_value 0\n${rows.join('\n')}\n`);
  const r = spawnSync('gdal_translate', ['-q', '-a_srs', 'EPSG:4490', ...options, text, place(name)], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return place(name);
}
const gdal = (tool, ...args) => { const r = spawnSync(tool, args, { encoding: 'utf8' }); assert.equal(r.status, 0, r.stderr); };

test('no data as a value, a mask, an opacity, NaN; bytes, 16 bits, 32 bits, floats: all the same tiles', { skip: noGdal }, () => {
  const files = {};
  for (const type of ['Byte', 'UInt16', 'Int16', 'Int32', 'Float32', 'Float64']) files[type] = grid(`${type}.tif`, '-ot', type);
  files.nan = place('nan.tif');
  gdal('gdalwarp', '-q', '-dstnodata', 'nan', files.Float32, files.nan);
  files.alpha = place('alpha.tif');
  gdal('gdalwarp', '-q', '-dstalpha', files.Float32, files.alpha);
  files.mask = place('mask.tif');
  gdal('gdal_translate', '-q', '-b', '1', '-mask', '2', '--config', 'GDAL_TIFF_INTERNAL_MASK', 'YES', files.alpha, files.mask);
  const tiles = {};
  for (const [name, file] of Object.entries(files)) {
    ok('tiles', file, '-o', place(`grid-${name}`), '--palette', 'blues', '--breaks', '2,4,6,8', '--max-zoom', '12', '--name', 'grid');
    tiles[name] = Object.fromEntries(Object.entries(digests(place(`grid-${name}`))).filter(([file]) => file.endsWith('.png')));
    assert.ok(Object.keys(tiles[name]).length > 3, name);
  }
  for (const name of Object.keys(tiles)) assert.deepEqual(tiles[name], tiles.Float32, `${name} is not as Float32`);
});
