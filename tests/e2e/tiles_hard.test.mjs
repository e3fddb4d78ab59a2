// Inputs and options that are hard or wrong: a right tile, or one line that says which file, row and field it is about and what to do.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { json, ok, root, run, scratch } from './lib.mjs';
import { strictTile } from './mvt_walk.mjs';
import { tilesOfPmtiles } from './pmtiles_walk.mjs';

const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const noGdal = missing || (['gdal_translate', 'gdallocationinfo'].some((tool) => spawnSync(tool, ['--version']).status !== 0) ? 'GDAL\'s programs are missing' : false);
const dir = scratch('hard'), at = (name) => path.join(dir, name);
let made = 0;

function file(name, text) {
  fs.writeFileSync(at(name), text);
  return at(name);
}
const shapes = (...wkts) => file(`shapes${++made}.csv`, `wkt,n\n${wkts.map((wkt, i) => `"${wkt}",${i + 1}`).join('\n')}\n`);
const places = (...rows) => file(`places${++made}.csv`, `lon,lat,n\n${rows.join('\n')}\n`);
const square = (x, y, size) => `POLYGON((${x} ${y},${x + size} ${y},${x + size} ${y + size},${x} ${y + size},${x} ${y}))`;

/** Builds an archive or folder; answers the report and, of an archive, every tile's features by level. */
function built(input, ...options) {
  const out = at(`out${++made}${options.includes('--set') ? '' : '.pmtiles'}`);
  const report = JSON.parse(ok('tiles', input, '-o', out, '--crs', 'EPSG:4490', '--json', ...options));
  const levels = {};
  for (const [[z, x, y], bytes] of out.endsWith('.pmtiles') ? tilesOfPmtiles(out) : []) for (const layer of Object.values(strictTile(bytes))) (levels[z] ??= []).push(...layer.features.map((f) => ({ ...f, tile: `${x}/${y}` })));
  return { report, levels, out };
}
const numbers = (features) => [...new Set((features ?? []).map(({ properties }) => properties.n))].sort();

/** The command ends with a status and one line that holds every one of these words. */
function refused(status, words, ...args) {
  const out = at(`refused${++made}.pmtiles`);
  const r = run('tiles', ...args, ...(args.includes('-o') ? [] : ['-o', out]));
  assert.equal(r.status, status, r.stderr || r.stdout);
  assert.match(r.stderr, /^gapmap: [^\n]+\n$/);
  assert.ok(r.stderr.length < 600, `a line of ${r.stderr.length} characters`);
  for (const word of words) assert.ok(r.stderr.includes(word), `${r.stderr} does not say ${word}`);
  assert.ok(!fs.existsSync(out), 'something was written');
}

test('a polygon over the antimeridian is on both edges of the map', { skip: missing }, () => {
  const { levels } = built(shapes(square(175, 10, 10)), '--max-zoom', '3');
  assert.deepEqual([...new Set(levels[3].map(({ tile }) => tile.split('/')[0]))].sort(), ['0', '7']);
});

test('poles: WebMercatorQuad has no place for them, a set in degrees has, and a polygon that goes on to the pole is drawn as far as the set goes', { skip: missing }, () => {
  const poles = places('107.7,89.9,1', '107.8,90,2', '107.9,-90,3');
  refused(3, [poles, 'none of the 3 rows', 'WebMercatorQuad'], poles, '--crs', 'EPSG:4490');
  assert.ok(built(poles, '--set', 'Tianditu_c', '--max-zoom', '3').report.tiles > 2);
  for (const top of [86, 89, 90]) assert.deepEqual(numbers(built(shapes(`POLYGON((0 70,10 70,10 ${top},0 70))`), '--max-zoom', '3').levels[3]), [1], `up to ${top}`);
});

test('a latitude of 95 is no place: its row is counted as outside, also where a polygon only reaches there', { skip: missing }, () => {
  const { report, levels } = built(places('107.7,34.7,1', '107.8,95,2'), '--max-zoom', '3');
  assert.equal(report.outside, 1);
  assert.deepEqual(numbers(levels[3]), [1]);
  assert.equal(built(shapes(square(0, 0, 1), 'POLYGON((0 80,10 80,10 95,0 80))'), '--max-zoom', '3').report.outside, 1);
});

test('a polygon of a million vertices is cut into tiles', { skip: missing, timeout: 180_000 }, () => {
  const n = 1_000_000, points = Array.from({ length: n }, (_, i) => {
    const a = (2 * Math.PI * (i % (n - 1))) / (n - 1), r = 1 + 0.0001 * Math.sin(i);
    return `${(107 + r * Math.cos(a)).toFixed(8)} ${(34 + r * Math.sin(a)).toFixed(8)}`;
  });
  points[n - 1] = points[0];
  const begun = Date.now();
  const { levels } = built(shapes(`POLYGON((${points.join(',')}))`), '--min-zoom', '8', '--max-zoom', '10');
  assert.ok(Date.now() - begun < 120_000);
  assert.deepEqual(Object.keys(levels), ['8', '9', '10']);
  refused(3, ['row 2', 'wkt'], shapes(`POLYGON((${points.join(',')}`), '--crs', 'EPSG:4490');
});

test('a bow tie has both its wings', { skip: missing }, () => {
  const { levels } = built(shapes('POLYGON((0 0,10 10,10 0,0 10,0 0))'), '--min-zoom', '4', '--max-zoom', '4');
  assert.equal(levels[4].flatMap(({ polygons }) => polygons).length >= 2, true);
});

test('rows without a shape, with an empty one or null are passed over, and the others drawn', { skip: missing }, () => {
  assert.deepEqual(numbers(built(shapes('POLYGON EMPTY', square(0, 0, 1), '', 'MULTIPOLYGON EMPTY'), '--max-zoom', '4').levels[4]), [2]);
  assert.deepEqual(numbers(built(places('107.7,34.7,1', ',,2'), '--max-zoom', '2').levels[2]), [1]);
  const feature = (geometry, n) => ({ type: 'Feature', properties: { n }, geometry });
  const polygon = { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] };
  const collection = (...features) => file(`shapes${++made}.geojson`, JSON.stringify({ type: 'FeatureCollection', features }));
  assert.deepEqual(numbers(built(collection(feature(null, 1), feature({ type: 'Polygon', coordinates: [] }, 2), feature(polygon, 3)), '--max-zoom', '4').levels[4]), [3]);
  refused(3, ['none of the 1 rows'], collection(feature(null, 1)));
});

test('what lies outside the set is left out, the rest is drawn', { skip: missing }, () => {
  const { report } = built(places('107.7,34.7,1', '0,0,2', '-100,20,3'), '--set', 'Linyou4545', '--max-zoom', '3');
  assert.equal(report.tiles, 4);
  assert.equal(report.outside, 2);
});

for (const [what, words, row] of [['nan as a longitude', ['row 3', 'lon', 'nan'], 'nan,34.7,2'], ['inf as a latitude', ['row 3', 'lat', 'inf'], '107.7,inf,2'], ['a latitude beyond all numbers', ['row 3', 'lat', '1e400'], '107.7,1e400,2'], ['a word as a longitude', ['row 3', 'lon', 'east'], 'east,34.7,2']]) {
  test(`${what} is refused with its row`, { skip: missing }, () => {
    const csv = places('107.7,34.7,1', row);
    refused(3, [csv, ...words], csv, '--crs', 'EPSG:4490');
  });
}

for (const wkt of ['POLYGON((0 0,1 0,nan 1,0 0))', 'POLYGON((0 0,1 0,1 1', 'LINESTRING(0 0,1 1)', 'POLYGON((0 0,1 0,1e999 1,0 0))', 'circle']) {
  test(`${wkt} as a shape is refused with its row`, { skip: missing }, () => refused(3, ['row 3', 'wkt'], shapes(square(0, 0, 1), wkt), '--crs', 'EPSG:4490'));
}

test('a hundred thousand points in one tile: all of them, or as many as a limit of bytes lets in', { skip: missing, timeout: 120_000 }, () => {
  const csv = places(...Array.from({ length: 100_000 }, (_, i) => `${(107.7 + ((i * 7919) % 100003) / 1e7).toFixed(7)},${(34.7 + ((i * 104729) % 100019) / 1e7).toFixed(7)},${i}`));
  const level = ['--min-zoom', '10', '--max-zoom', '10'];
  const all = built(csv, ...level, '--every-point');
  assert.equal(all.levels[10].reduce((sum, { parts }) => sum + parts.length, 0), 100_000);
  for (const more of [[], ['--every-point']]) {
    const { report, levels } = built(csv, ...level, '--max-bytes', '400000', ...more);
    const [one] = report.levels;
    assert.ok(one.largest_tile <= 400_000, `${one.largest_tile} bytes`);
    assert.equal(levels[10].reduce((sum, { properties }) => sum + (properties.point_count ?? 1), 0), 100_000);
    assert.ok(one.points_merged > 0);
  }
});

/** A raster of raw cells over the county through gdal_translate; cell(x, y, band). */
function raster(name, type, bands, cell, ...translate) {
  const size = { Uint8: [1, 1], UInt16: [2, 12], Int16: [2, 2], Float32: [4, 4], Float64: [8, 5] }[type], bytes = Buffer.alloc(64 * 64 * bands * size[0]);
  let offset = 0;
  for (let b = 0; b < bands; ++b) for (let y = 0; y < 64; ++y) for (let x = 0; x < 64; ++x, offset += size[0]) bytes[{ Uint8: 'writeUInt8', UInt16: 'writeUInt16LE', Int16: 'writeInt16LE', Float32: 'writeFloatLE', Float64: 'writeDoubleLE' }[type]](cell(x, y, b), offset);
  fs.writeFileSync(at(`${name}.bin`), bytes);
  file(`${name}.hdr`, `ENVI\nsamples = 64\nlines = 64\nbands = ${bands}\ndata type = ${size[1]}\nbyte order = 0\ninterleave = bsq\nheader offset = 0\n`);
  const r = spawnSync('gdal_translate', ['-q', '--config', 'GDAL_TIFF_INTERNAL_MASK', 'YES', ...translate, at(`${name}.bin`), at(`${name}.tif`)], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return at(`${name}.tif`);
}
const here = ['-a_srs', 'EPSG:4490', '-a_ullr', '107.3', '35', '107.94', '34.36'];
const classes = ['--palette', 'blues', '--breaks', '20,40,60'];

/** Red, green, blue and alpha of an MBTiles file at the middle of a cell. */
function seen(out, x, y) {
  const r = spawnSync('gdallocationinfo', ['-valonly', '-wgs84', out, String(107.305 + x / 100), String(34.995 - y / 100)], { encoding: 'utf8', cwd: dir, env: { ...process.env, GDAL_PAM_ENABLED: 'NO' } });
  const all = r.stdout.trim().split(/\s+/).map(Number);
  return all.length === 1 ? [0, 0, 0, 0] : all;
}

const value = (x, y) => x + y, hole = (x) => x < 16;
for (const [what, type, bands, cell, ...translate] of [
  ['a value', 'Int16', 1, (x, y) => (hole(x) ? -99 : value(x, y)), '-a_nodata', '-99'],
  ['a value of 16 bits without sign', 'UInt16', 1, (x, y) => (hole(x) ? 65535 : value(x, y)), '-a_nodata', '65535'],
  ['a value that float cannot hold exactly', 'Float32', 1, (x, y) => (hole(x) ? Math.fround(-3.4e38) : value(x, y)), '-a_nodata', '-3.4e38'],
  ['NaN though nobody says so', 'Float32', 1, (x, y) => (hole(x) ? NaN : value(x, y))],
  ['NaN said so', 'Float64', 1, (x, y) => (hole(x) ? NaN : value(x, y)), '-a_nodata', 'nan'],
  ['a mask', 'Float32', 2, (x, y, b) => (b === 0 ? value(x, y) : hole(x) ? 0 : 255), '-b', '1', '-mask', '2'],
  ['an alpha band', 'Uint8', 2, (x, y, b) => (b === 0 ? value(x, y) : hole(x) ? 0 : 255), '-colorinterp', 'gray,alpha'],
]) {
  test(`no data as ${what}: nothing there, the right class beside it`, { skip: noGdal }, () => {
    const input = raster(`nodata${++made}`, type, bands, cell, ...here, ...translate), out = at(`nodata${made}.mbtiles`), legend = at(`legend${made}.json`);
    ok('tiles', input, '-o', out, ...classes, '--min-zoom', '9', '--max-zoom', '11', '--legend', legend);
    const colours = json(legend).classes.map(({ colour }) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)));
    for (const [x, y] of [[2, 2], [13, 10], [5, 60]]) assert.equal(seen(out, x, y)[3] ?? 0, 0, `${x} ${y}`);
    for (const [x, y, n] of [[18, 0, 0], [18, 10, 1], [30, 20, 2], [50, 40, 3], [18, 5, 1]]) assert.deepEqual(seen(out, x, y), [...colours[n], 255], `${x} ${y}`);
  });
}

test('a picture of 16 bits keeps its colours', { skip: noGdal }, () => {
  const input = raster('deep', 'UInt16', 3, (x, y, b) => [200, 100, 50][b] * 257, ...here, '-colorinterp', 'red,green,blue');
  const out = at('deep.mbtiles'), r = run('tiles', input, '-o', out, '--min-zoom', '9', '--max-zoom', '10');
  if (r.status !== 0) return assert.match(r.stderr, /^gapmap: .*deep\.tif.*\n$/);
  assert.deepEqual(seen(out, 30, 30).slice(0, 3), [200, 100, 50]);
});

test('a raster that does not say where it lies, or holds values without colours, is refused with what to do', { skip: noGdal }, () => {
  const plain = (name, ...more) => raster(name, 'Float32', 1, value, ...more);
  refused(3, ['nowhere.tif', 'georeference'], plain('nowhere'), ...classes);
  refused(3, ['nowhere2.tif', 'georeference'], plain('nowhere2', '-a_srs', 'EPSG:4490'), '--crs', 'EPSG:4490', ...classes);
  const stateless = plain('stateless', ...here.slice(2));
  refused(3, ['stateless.tif', '--crs'], stateless, ...classes);
  ok('tiles', stateless, '-o', at('stateless.pmtiles'), '--crs', 'EPSG:4490', ...classes);
  const values = plain('values', ...here);
  refused(2, ['values.tif', '--palette', '--breaks'], values);
  refused(2, ['--breaks'], values, '--palette', 'blues');
  refused(2, ['breaks', 'rising'], values, '--palette', 'blues', '--breaks', '5,3');
  refused(2, ['--breaks', 'a,b'], values, '--palette', 'blues', '--breaks', 'a,b');
  refused(3, ['values.tif', 'band 4'], values, ...classes, '--band', '4');
  refused(2, ['values.tif', 'vector'], values, ...classes, '--sum', 'n');
  refused(2, ['--format'], values, ...classes, '--format', 'mvt');
});

for (const [what, text, words] of [
  ['a colour above 255', '0 255 0 0\n20 300 0 0\n', ['row 2', 'red', '300']],
  ['a word for a value', '0 255 0 0\nten 3 0 0\n', ['row 2', 'value', 'ten']],
  ['too few fields', '0 255 0\n', ['row 1', 'opacity']],
  ['too many fields', '0 1 2 3 4 5\n', ['row 1', 'opacity']],
  ['an opacity above 255', '0 255 0 0 2000\n', ['row 1', 'opacity', '2000']],
  ['no line', '', ['colour']],
]) {
  test(`a palette file with ${what} is refused with file, row and field`, { skip: noGdal }, () => {
    const palette = file(`palette${++made}.txt`, text);
    refused(3, [palette, ...words], raster(`coloured${made}`, 'Float32', 1, value, ...here), '--palette', palette);
  });
}

const villages = path.join(root, 'examples/data/villages.geojson');
for (const option of ['--sum', '--attributes', '--id-field', '--hatch-field']) {
  test(`an unknown column of ${option} is named, with those that there are and the file`, { skip: missing }, () => refused(3, ['nope', 'people', 'villages'], villages, option, 'nope'));
}

for (const [what, status, words, ...options] of [
  ['an unknown set', 2, ['nope', 'WebMercatorQuad', 'Tianditu_c'], '--set', 'nope'],
  ['a level below 0', 2, ['zoom'], '--min-zoom', '-1'],
  ['a level above all', 2, ['zoom'], '--max-zoom', '31'],
  ['a lowest level above the highest', 2, ['zoom'], '--min-zoom', '9', '--max-zoom', '3'],
  ['no steps along an edge', 2, ['extent'], '--extent', '0'],
  ['a buffer larger than a tile', 2, ['buffer'], '--buffer', '5000'],
  ['squares that are no power of two', 2, ['squares', 'power of two'], '--squares', '100'],
  ['a grid of 256 steps for simplifying', 2, ['simplify'], '--simplify', '256'],
  ['compression 13', 2, ['--compression'], '--compression', '13'],
  ['a picture\'s format for shapes', 2, ['--format'], '--format', 'png'],
  ['a palette for shapes', 2, ['--palette'], '--palette', 'blues'],
  ['a set that an archive cannot hold', 2, ['Tianditu_c', 'folder'], '--set', 'Tianditu_c'],
]) test(`${what} is refused`, { skip: missing }, () => refused(status, words, villages, ...options));

test('places that cannot be written are named with what to do', { skip: missing }, () => {
  for (const name of ['gone/t.pmtiles', 'gone/t.mbtiles', 'gone/t']) refused(5, [at(name), 'no folder'], villages, '-o', at(name));
  fs.mkdirSync(at('letters'));
  file('letters/letter.txt', 'dear');
  const r = run('tiles', villages, '-o', at('letters'));
  assert.ok([2, 5].includes(r.status));
  assert.match(r.stderr, /^gapmap: .*letters.*new folder\n$/);
  assert.deepEqual(fs.readdirSync(at('letters')), ['letter.txt']);
  file('plain', 'a file');
  assert.ok([2, 5].includes(run('tiles', villages, '-o', at('plain')).status));
  assert.equal(fs.readFileSync(at('plain'), 'utf8'), 'a file');
  refused(3, ['missing.csv'], at('missing.csv'), '--crs', 'EPSG:4490');
  refused(3, ['--crs'], places('107.7,34.7,1'));
});

test('a set\'s JSON that is broken is refused field by field, with the file and the field', { skip: missing }, () => {
  ok('tiles', villages, '-o', at('set'), '--set', 'Tianditu_c', '--min-zoom', '7', '--max-zoom', '8');
  const sound = json(at('set/tileMatrixSet.json'));
  sound.id = 'Other';
  const first = (change) => ({ ...sound, tileMatrices: sound.tileMatrices.map((m, i) => (i === 3 ? change({ ...m }) : m)) });
  const sets = {};
  for (const field of ['crs', 'tileMatrices']) for (const [how, broken] of Object.entries({ missing: undefined, 'a number': 7, empty: field === 'crs' ? '' : [] })) sets[`${field} ${how}`] = [field, { ...sound, [field]: broken }];
  for (const field of ['cellSize', 'pointOfOrigin', 'tileWidth', 'tileHeight', 'matrixWidth', 'matrixHeight', 'id']) {
    sets[`${field} missing`] = [field, first((m) => (delete m[field], delete m.scaleDenominator, m))];
    sets[`${field} is an object`] = [field, first((m) => ({ ...m, [field]: {} }))];
    if (field !== 'id' && field !== 'pointOfOrigin') for (const wrong of [0, -1, 1e300]) sets[`${field} ${wrong}`] = [field, first((m) => ({ ...m, [field]: wrong }))];
  }
  sets['pointOfOrigin of one number'] = ['pointOfOrigin', first((m) => ({ ...m, pointOfOrigin: [90] }))];
  sets['cornerOfOrigin unknown'] = ['cornerOfOrigin', first((m) => ({ ...m, cornerOfOrigin: 'middle' }))];
  sets['crs unknown'] = ['crs', { ...sound, crs: 'EPSG:999999' }];
  const faults = [];
  const attempt = (what, word, text) => {
    const name = file('broken.json', text), r = run('tiles', villages, '-o', at('broken'), '--set', name, '--min-zoom', '7', '--max-zoom', '8');
    if (![2, 3].includes(r.status) || !/^gapmap: [^\n]+\n$/.test(r.stderr) || !r.stderr.includes('broken.json') || !r.stderr.includes(word)) faults.push(`${what}: ${r.status} ${r.stderr.slice(0, 200)}`);
    fs.rmSync(at('broken'), { recursive: true, force: true });
  };
  for (const [what, [word, set]] of Object.entries(sets)) attempt(what, word, JSON.stringify(set));
  attempt('not JSON', 'JSON', '{"id": ');
  attempt('no object', '', '[]');
  attempt('empty', '', '');
  assert.deepEqual(faults, [], `${faults.length} are not refused well`);
  refused(3, ['gone.json'], villages, '--set', at('gone.json'));
});

test('points on every level down to 24 are on each of them', { skip: missing }, () => {
  const { levels } = built(places('107.7,34.7,1', '107.8,34.6,2'), '--max-zoom', '24');
  for (let z = 0; z <= 24; z += 1) assert.ok((levels[z] ?? []).length >= 1, `level ${z}`);
});

test('a column to be summed in which nothing stands yet adds nothing, and stops nothing', { skip: missing }, () => {
  const { report } = built(places('107.7,34.7,', '107.8,34.6,'), '--max-zoom', '3', '--sum', 'n');
  assert.ok(report.tiles > 0);
});

test('an output that is the input, a name that would stand twice, and a sum that no tile would tell are refused', { skip: missing }, () => {
  const own = file('own.pmtiles', fs.readFileSync(path.join(root, 'examples/data/villages.geojson'), 'utf8')), before = fs.readFileSync(own);
  const r = run('tiles', own, '-o', own);
  assert.equal(r.status, 2, r.stderr);
  assert.match(r.stderr, /is the input/);
  assert.ok(fs.readFileSync(own).equals(before));
  refused(3, ['twice.csv', "'h'", 'two columns'], file('twice.csv', 'lon,lat,h,h\n107.7,34.7,5,6\n'), '--crs', 'EPSG:4490');
  refused(3, ['count.csv', 'point_count', 'rename'], file('count.csv', 'lon,lat,point_count\n107.7,34.7,5\n'), '--crs', 'EPSG:4490');
  refused(2, ['--sum people', '--attributes'], path.join(root, 'examples/data/villages.geojson'), '--sum', 'people', '--attributes', 'code');
});

test('a GeoPackage of somebody else\'s layers is left alone, and a tile set with nothing in it says so', { skip: noGdal }, () => {
  const taken = at('taken.gpkg');
  assert.equal(spawnSync('ogr2ogr', [taken, path.join(root, 'examples/data/villages.geojson')]).status, 0);
  const r = run('tiles', path.join(root, 'examples/data/case_density.tif'), '--palette', 'oranges', '--breaks', '1,2', '-o', taken);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /holds layers that are no tiles/);
  const empty = run('tiles', file('none.csv', 'lon,lat,n\n'), '--crs', 'EPSG:4490', '--max-zoom', '3', '-o', at('none.pmtiles'));
  assert.equal(empty.status, 0);
  assert.match(empty.stderr, /none\.pmtiles: there is nothing to see/);
});
