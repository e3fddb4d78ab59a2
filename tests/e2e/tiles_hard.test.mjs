// Hard inputs of `gapmap tiles`: each gives one clear line that says what to do, and leaves nothing behind, or tiles that are right.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { digests, ok, root, run, scratch } from './lib.mjs';

const has = (tool) => spawnSync(tool, ['--version']).status === 0;
const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const noGdal = missing || (!has('ogr2ogr') || !has('gdal_translate') || !has('gdalwarp') ? 'GDAL\'s programs are missing' : false);
const dir = scratch('hard'), villages = path.join(root, 'examples/data/villages.geojson');
const place = (name) => path.join(dir, name);
const write = (name, text) => (fs.writeFileSync(place(name), text), place(name));
let made = 0;

/** The run ends with `code` and one line that `line` describes; nothing stands under the output's name. */
function refused(code, line, ...args) {
  const out = args.includes('-o') ? args[args.indexOf('-o') + 1] : place(`refused${++made}.pmtiles`);
  const before = fs.existsSync(out), r = run('tiles', ...args, ...(args.includes('-o') ? [] : ['-o', out]));
  const what = `tiles ${args.join(' ')}\n${r.stderr}`;
  assert.equal(r.status, code, what);
  assert.equal(r.stderr.trimEnd().split('\n').length, 1, `one line: ${what}`);
  assert.match(r.stderr, line, what);
  assert.equal(fs.existsSync(out), before, `nothing is left: ${what}`);
}

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

test('numbers that are none, and coordinates that are none, are refused with file, row and field', { skip: missing }, () => {
  refused(3, /nan\.csv row 3, field 'lon'.*nan/, write('nan.csv', 'id,lon,lat\n1,107.5,34.7\n2,nan,34.7\n'), '--crs', 'EPSG:4490');
  refused(3, /inf\.csv row 2, field 'lat'.*inf/, write('inf.csv', 'id,lon,lat\n1,107.5,inf\n'), '--crs', 'EPSG:4490');
  refused(3, /wkt\.csv row 3, field 'WKT'/, write('wkt.csv', 'WKT,name\n"POLYGON((0 0,1 0,1 1,0 0))",a\n"POLYGON((0 0,nan 0,1 1,0 0))",b\n'), '--crs', 'EPSG:4490');
  refused(3, /nocrs\.csv.*--crs/, write('nocrs.csv', 'id,lon,lat\n1,107.5,34.7\n'));
  refused(3, /nothere\.geojson/, place('nothere.geojson'));
  refused(3, /nolayer.*villages/, `${villages}:nolayer`);
});

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

test('points beyond the set are counted, and where nothing is left the run says so', { skip: missing }, () => {
  const some = write('some.csv', 'id,lon,lat\n1,107.5,34.7\n2,10,89.9\n3,10,90\n');
  const one = run('tiles', some, '--crs', 'EPSG:4490', '-o', place('some.pmtiles'), '--max-zoom', '3', '--json');
  assert.equal(one.status, 0, one.stderr);
  assert.match(one.stdout + one.stderr, /outside"?:? ?2|2 .*(outside|beyond)/i);
  refused(3, /(outside|beyond|none)/i, write('far.csv', 'id,lon,lat\n1,10,89.9\n2,10,90\n'), '--crs', 'EPSG:4490');
  refused(3, /(outside|beyond|none)/i, write('far2.csv', 'id,lon,lat\n1,10,50\n'), '--crs', 'EPSG:4490', '--set', 'Linyou4545', '-o', place('far2'));
  refused(3, /lat95\.csv row 3/, write('lat95.csv', 'id,lon,lat\n1,10,50\n2,10,95\n'), '--crs', 'EPSG:4490');
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

test('a polygon of a million vertices is drawn on every level in a minute, with its area', { skip: noGdal, timeout: 120_000 }, () => {
  const n = 1_000_000, ring = Array.from({ length: n }, (_, i) => {
    const a = (2 * Math.PI * i) / n, r = 5 + 0.05 * Math.sin(40_000 * a) + 0.3 * Math.sin(60 * a);
    return [+(105 + r * Math.cos(a)).toFixed(9), +(r * Math.sin(a)).toFixed(9)];
  });
  ring.push(ring[0]);
  const file = geojson('million.geojson', polygon(ring)), start = Date.now();
  ok('tiles', file, '-o', place('million.mbtiles'), '--max-zoom', '10');
  const seconds = (Date.now() - start) / 1000;
  assert.ok(seconds < 60, `${seconds} s`);
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

test('rasters that cannot be shown say why', { skip: noGdal }, () => {
  const create = (name, ...more) => (gdal('gdal_create', '-q', '-of', 'GTiff', '-outsize', '16', '16', '-bands', '1', '-burn', '5', ...more, place(name)), place(name));
  const here = ['-a_srs', 'EPSG:4490', '-a_ullr', '107', '35', '108', '34'];
  const blues = ['--palette', 'blues', '--breaks', '1,2'];
  refused(3, /noref\.tif.*georeference/, create('noref.tif'));
  refused(3, /nosrs\.tif.*--crs/, create('nosrs.tif', '-ot', 'Float32', '-a_ullr', '107', '35', '108', '34'), ...blues);
  refused(3, /complex\.tif.*complex/, create('complex.tif', '-ot', 'CFloat32', ...here), ...blues);
  const values = create('values.tif', '-ot', 'Float32', ...here);
  refused(2, /values\.tif.*--palette/, values);
  refused(2, /--breaks/, values, '--palette', 'blues');
  refused(2, /rising/, values, '--palette', 'blues', '--breaks', '2,1');
  refused(2, /--breaks.*'1,x'/, values, '--palette', 'blues', '--breaks', '1,x');
  refused(3, /no band 7/, values, ...blues, '--band', '7');
  refused(3, /fake\.tif/, write('fake.tif', 'this is no picture\n'));
  refused(2, /PMTiles.*folder/, values, ...blues, '--set', 'Linyou4545');
});

test('a palette file with errors names file, line and field', { skip: noGdal }, () => {
  gdal('gdal_create', '-q', '-of', 'GTiff', '-outsize', '16', '16', '-bands', '1', '-ot', 'Float32', '-burn', '5', '-a_srs', 'EPSG:4490', '-a_ullr', '107', '35', '108', '34', place('p.tif'));
  for (const [text, line] of [
    ['0 255 255 255\n1 300 0 0\n', /row 2, field 'red'.*300/],
    ['0 255 255 255\n1 0 -1 0\n', /row 2, field 'green'.*-1/],
    ['0 255 255 255\n1 0 0 x\n', /row 2, field 'blue'.*x/],
    ['0 255 255 255\n1 0 0 0 999\n', /row 2, field 'opacity'.*999/],
    ['# colours\n\nx 30 0 0\n', /row 3, field 'value'.*x/],
    ['0 255 255\n', /row 1/],
    ['50% 1 2 3\n', /row 1, field 'value'.*%/],
    ['0 nocolour\n', /row 1/],
    ['', /no colour/],
  ]) refused(3, line, place('p.tif'), '--palette', write('palette.txt', text));
});

test('options that the input cannot follow are named', { skip: missing }, () => {
  for (const option of ['--sum', '--attributes', '--id-field', '--hatch-field']) refused(3, /nope.*code, name, people, cases/, villages, option, 'nope');
  refused(2, /name.*no sum/, villages, '--sum', 'name');
  for (const zooms of [['--min-zoom', '9', '--max-zoom', '5'], ['--max-zoom', '40'], ['--min-zoom', '-1'], ['--set', 'Tianditu_w', '--min-zoom', '0']]) refused(2, /zoom/, villages, ...zooms);
  refused(2, /--max-zoom/, villages, '--max-zoom', 'abc');
  refused(2, /GeoPackage.*raster/, villages, '-o', place('v.gpkg'));
  refused(2, /\.pmtiles, \.mbtiles/, villages, '-o', place('v.png'));
});

test('outputs that cannot stand are refused, and what is there stays', { skip: missing }, () => {
  refused(5, /no folder/, villages, '-o', place('nofolder/x.pmtiles'));
  refused(5, /no folder/, villages, '-o', place('nofolder/x'));
  fs.mkdirSync(place('other/sub'), { recursive: true });
  write('other/readme.txt', 'mine\n');
  const before = digests(place('other'));
  const r = run('tiles', villages, '-o', place('other'));
  assert.ok([2, 5].includes(r.status), r.stderr);
  assert.match(r.stderr, /^[^\n]*left alone[^\n]*new folder[^\n]*\n$/);
  assert.deepEqual(digests(place('other')), before);
  ok('tiles', villages, '-o', place('again'), '--max-zoom', '8');
  ok('tiles', villages, '-o', place('again'), '--max-zoom', '6');
  assert.equal(fs.existsSync(place('again/8')), false, 'the folder of before was replaced');
});

test('a matrix set that is wrong is refused with the field', { skip: missing }, () => {
  refused(2, /'Nope'.*Tianditu_w/, villages, '--set', 'Nope', '-o', place('set'));
  refused(3, /broken\.json.*JSON/, villages, '--set', write('broken.json', '{'), '-o', place('set'));
  const whole = () => {
    const matrices = [0, 1].map((z) => ({ id: String(z), scaleDenominator: 559082264.0287178 / 2 ** z, cellSize: 156543.03392804097 / 2 ** z, pointOfOrigin: [-20037508.342789244, 20037508.342789244], tileWidth: 256, tileHeight: 256, matrixWidth: 2 ** z, matrixHeight: 2 ** z }));
    return { id: 'Mine', crs: 'http://www.opengis.net/def/crs/EPSG/0/3857', tileMatrices: matrices };
  };
  ok('tiles', villages, '--set', write('whole.json', JSON.stringify(whole())), '--max-zoom', '1', '-o', place('mine'));
  for (const [field, spoil] of [
    ['crs', (s) => delete s.crs], ['crs', (s) => { s.crs = 'EPSG:99999999'; }], ['crs', (s) => { s.crs = 7; }],
    ['tileMatrices', (s) => delete s.tileMatrices], ['tileMatrices', (s) => { s.tileMatrices = []; }], ['tileMatrices', (s) => { s.tileMatrices = 'x'; }],
    ['cellSize|scaleDenominator', (s) => { s.tileMatrices[1].cellSize *= 3; }], ['cellSize|scaleDenominator', (s) => { s.tileMatrices[0].cellSize = -1; s.tileMatrices[0].scaleDenominator = -1; }],
    ['pointOfOrigin', (s) => delete s.tileMatrices[0].pointOfOrigin], ['pointOfOrigin', (s) => { s.tileMatrices[1].pointOfOrigin = [0]; }], ['pointOfOrigin', (s) => { s.tileMatrices[1].pointOfOrigin = [0, 'x']; }],
    ['tileWidth', (s) => { s.tileMatrices[0].tileWidth = 0; }], ['tileWidth|tileHeight', (s) => { s.tileMatrices[0].tileHeight = 512; }],
    ['matrixWidth', (s) => { s.tileMatrices[0].matrixWidth = -2; }], ['matrixHeight', (s) => { s.tileMatrices[0].matrixHeight = 1.5; }],
    ['id', (s) => delete s.tileMatrices[0].id], ['variableMatrixWidths', (s) => { s.tileMatrices[0].variableMatrixWidths = [{ coalesce: 2, minTileRow: 0, maxTileRow: 0 }]; }],
    ['cornerOfOrigin', (s) => { s.tileMatrices[0].cornerOfOrigin = 'middle'; }],
    ['tileMatrices', (s) => s.tileMatrices.reverse()],
  ]) {
    const set = whole();
    spoil(set);
    refused(3, new RegExp(`set\\.json.*(${field})`), villages, '--set', write('set.json', JSON.stringify(set)), '--max-zoom', '1', '-o', place('set'));
  }
});
