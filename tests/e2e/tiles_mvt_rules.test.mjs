// What MVT 2.1 demands of every byte of a vector tile, on tiles of the demo county and of shapes that are hard to draw.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demoCounty, ok, root, run, scratch } from './lib.mjs';
import { doubled, side, strictTile } from './mvt_walk.mjs';
import { placeOf, tilesOfPmtiles } from './pmtiles_walk.mjs';

const missing = run('tiles', '--help').status !== 0 ? 'there is no command tiles' : false;
const dir = scratch('rules');
let made = 0;

/** Where tiles go: an archive holds those of WebMercatorQuad only. */
const place = (name, options) => path.join(dir, options.includes('--set') ? name : `${name}.pmtiles`);

/** `[[z, x, y], bytes]` of every tile of a folder. */
function* tilesOfFolder(folder) {
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    const numbers = name.match(/^(\d+)\/(\d+)\/(\d+)\.mvt$/);
    if (numbers) yield [numbers.slice(1).map(Number), fs.readFileSync(path.join(folder, name))];
  }
}

/** Checks every tile of an archive or folder; answers its tiles' layers with their places. */
function checked(file, buffer = 64) {
  const all = [], faults = [];
  for (const [place, bytes] of (file.endsWith('.pmtiles') ? tilesOfPmtiles : tilesOfFolder)(file)) {
    try {
      const layers = strictTile(bytes);
      for (const { extent, features } of Object.values(layers)) {
        for (const [x, y] of features.flatMap(({ parts }) => parts.flat())) assert.ok(Math.min(x, y) >= -buffer && Math.max(x, y) <= extent + buffer, `${x} ${y} is beyond the buffer`);
      }
      all.push({ z: place[0], x: place[1], y: place[2], layers });
    } catch (error) {
      faults.push(`${place.join('/')}: ${error.message}`);
    }
  }
  assert.deepEqual(faults.slice(0, 5), [], `${faults.length} tiles break a rule`);
  assert.ok(all.length > 0);
  return all;
}

/** Tiles of WKT rows `[wkt, name]`, checked. */
function tilesOf(rows, ...options) {
  const csv = path.join(dir, `shapes${++made}.csv`), out = place(`shapes${made}`, options);
  fs.writeFileSync(csv, `wkt,name\n${rows.map(([wkt, name]) => `"${wkt}",${name}`).join('\n')}\n`);
  ok('tiles', csv, '-o', out, '--crs', 'EPSG:4490', ...options);
  return checked(out);
}

const featuresOf = (tiles, z) => tiles.filter((t) => t.z === z).flatMap(({ layers }) => Object.values(layers).flatMap(({ features }) => features));
const namesOf = (tiles, z) => [...new Set(featuresOf(tiles, z).map(({ properties }) => properties.name))].sort();
/** Area drawn on a level in squares of a step, holes taken away. */
const areaOf = (tiles, z) => featuresOf(tiles, z).reduce((sum, { parts }) => sum + parts.reduce((s, ring) => s + doubled(ring) / 2, 0), 0);

test('the walk refuses each fault that is planted in a sound tile', () => {
  const bytes = (...all) => Buffer.concat(all.map((one) => (typeof one === 'number' ? Buffer.from([one]) : Buffer.from(one))));
  const field = (number, content) => bytes((number << 3) | 2, content.length, content);
  const zig = (n) => (n < 0 ? -2 * n - 1 : 2 * n);
  const ring = (...points) => {
    let x = 0, y = 0;
    return [9, ...points.flatMap(([px, py], i) => {
      const step = [...(i === 1 ? [((points.length - 1) << 3) | 2] : []), zig(px - x), zig(py - y)];
      [x, y] = [px, py];
      return step;
    }), 15];
  };
  const square = ring([0, 0], [9, 0], [9, 9], [0, 9]);
  const feature = ({ tags = [0, 0], type = 3, geometry = square, id = 7 } = {}) => field(2, bytes(8, id, field(2, Buffer.from(tags)), 24, type, field(4, Buffer.from(geometry))));
  const tile = ({ version = 2, name = 'a', features = [feature()], keys = ['k'], values = [field(1, 'v')], extent = [0x28, 0x80, 0x20], more = '' } = {}) =>
    field(3, bytes(0x78, version, field(1, name), ...features, ...keys.map((k) => field(3, k)), ...values.map((v) => field(4, v)), extent, more));
  assert.deepEqual(strictTile(tile()).a.features[0].properties, { k: 'v' });
  for (const [what, broken] of Object.entries({
    'version 1': tile({ version: 1 }),
    'without a name': tile({ name: '' }),
    'without an extent': tile({ extent: '' }),
    'a layer without features': tile({ features: [], keys: [], values: [] }),
    'two layers a': bytes(tile(), tile()),
    'a key twice': tile({ keys: ['k', 'k'] }),
    'a value twice': tile({ values: [field(1, 'v'), field(1, 'v')] }),
    'a key that no': tile({ keys: ['k', 'l'] }),
    'a value that no': tile({ values: [field(1, 'v'), field(1, 'w')] }),
    'a value of 0 fields': tile({ values: [''] }),
    'field 9': tile({ more: field(9, 'x') }),
    'an id twice': tile({ features: [feature(), feature()] }),
    'an odd number': tile({ features: [feature({ tags: [0] })] }),
    'a tag beyond': tile({ features: [feature({ tags: [0, 1] })] }),
    'key k twice': tile({ features: [feature({ tags: [0, 0, 0, 0] })] }),
    'geometry type 0': tile({ features: [feature({ type: 0 })] }),
    'geometry type 4': tile({ features: [feature({ type: 4 })] }),
    'no geometry': tile({ features: [feature({ geometry: [] })] }),
    'MoveTo of 2': tile({ features: [feature({ geometry: [17, 0, 0, 2, 2] })] }),
    'one MoveTo': tile({ features: [feature({ type: 1, geometry: [1] })] }),
    'LineTo of 0': tile({ features: [feature({ type: 2, geometry: [9, 0, 0, 2] })] }),
    'LineTo of 1': tile({ features: [feature({ geometry: [9, 0, 0, 10, 2, 2, 15] })] }),
    'ClosePath of more': tile({ features: [feature({ geometry: [...square.slice(0, -1), 23] })] }),
    'no ClosePath': tile({ features: [feature({ geometry: square.slice(0, -1) })] }),
    'without its parameters': tile({ features: [feature({ geometry: [9, 0] })] }),
    'LineTo of no length': tile({ features: [feature({ geometry: ring([0, 0], [9, 0], [9, 0], [0, 9]) })] }),
    'ends where it began': tile({ features: [feature({ geometry: ring([0, 0], [9, 0], [0, 9], [0, 0]) })] }),
    'without area': tile({ features: [feature({ geometry: ring([0, 0], [9, 0], [4, 0]) })] }),
    'an interior ring comes first': tile({ features: [feature({ geometry: ring([0, 0], [0, 9], [9, 9], [9, 0]) })] }),
    'edges cross': tile({ features: [feature({ geometry: ring([0, 0], [20, 0], [20, 9], [5, 9], [10, -5]) })] }),
    'touches itself': tile({ features: [feature({ geometry: ring([0, 0], [9, 0], [9, 9], [4, 0], [0, 9]) })] }),
    'beyond its exterior': tile({ features: [feature({ geometry: [...square, 9, zig(20), zig(11), 26, 0, zig(4), zig(4), 0, 0, zig(-4), 15] })] }),
    'runs past': tile().subarray(0, 12),
  })) assert.throws(() => strictTile(broken), new RegExp(what), what);
  assert.deepEqual([0, 1, 2, 3, 4, 5, 19078479].map(placeOf), [[0, 0, 0], [1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0], [2, 0, 0], [12, 3423, 1763]]);
  assert.deepEqual([side([5, 5], [[0, 0], [9, 0], [9, 9]]), side([5, 1], [[0, 0], [9, 0], [9, 9]]), side([1, 5], [[0, 0], [9, 0], [9, 9]])], [0, 1, -1]);
});

test('every tile of the demo county\'s units keeps the rules', { skip: missing }, () => {
  const tiles = checked(path.join(demoCounty('rules-county', { withRun: true }), 'out/tiles/units.pmtiles'));
  assert.ok(tiles.length > 50 && new Set(tiles.flatMap(({ layers }) => Object.keys(layers))).size > 2);
});

for (const options of [[], ['--every-point'], ['--squares', '1'], ['--id-field', 'id', '--sum', 'loss_yuan'], ['--set', 'Tianditu_c', '--attributes', 'none'], ['--max-bytes', '300']]) {
  test(`tiles of points keep the rules${options.length ? ` with ${options.join(' ')}` : ', thinned'}`, { skip: missing }, () => {
    const out = place(`points${++made}`, options), csv = path.join(root, 'examples/data/cases.csv');
    ok('tiles', csv, '-o', out, '--crs', 'EPSG:4490', '--max-zoom', '13', ...options);
    const tiles = checked(out), rows = fs.readFileSync(csv, 'utf8').trim().split('\n').length - 1;
    for (const z of options[0] === '--max-bytes' ? [] : new Set(tiles.map((t) => t.z))) {
      const inside = tiles.filter((t) => t.z === z).flatMap(({ layers }) => Object.values(layers)).flatMap(({ extent, features }) => features.filter(({ parts }) => parts.flat().every(([x, y]) => x >= 0 && y >= 0 && x < extent && y < extent)));
      const stands = inside.reduce((sum, { properties, parts }) => sum + (properties.point_count ?? parts.length), 0);
      assert.equal(stands, rows, `level ${z}`);
    }
  });
}

const hard = [
  ['POLYGON((0 0,10 10,10 0,0 10,0 0))', 'bow tie'],
  ['POLYGON((20 0,30 0,30 10,20 10,20 0),(22 2,22 8,28 8,28 2,22 2))', 'hole'],
  ['POLYGON((40 0,50 0,50 10,40 10,40 0),(40 5,45 8,45 2,40 5))', 'hole that touches the border'],
  ['POLYGON((60 0,70 0,70 10,60 10,60 0),(62 5,65 8,68 5,65 2,62 5),(64 5,65 6,66 5,65 4,64 5))', 'hole in a hole'],
  ['POLYGON((80 0,90 0,90 10,80 10,80 0),(78 4,78 6,92 6,92 4,78 4))', 'hole across'],
  ['MULTIPOLYGON(((0 20,10 20,10 30,0 30,0 20)),((10 30,20 30,20 40,10 40,10 30)))', 'parts that meet in a corner'],
  ['MULTIPOLYGON(((30 20,40 20,40 30,30 30,30 20)),((35 25,45 25,45 35,35 35,35 25)))', 'parts that overlap'],
  ['MULTIPOLYGON(((50 20,60 20,60 30,50 30,50 20)),((60 20,70 20,70 30,60 30,60 20)))', 'parts that share an edge'],
  ['MULTIPOLYGON(((80 20,100 20,100 40,80 40,80 20),(85 25,85 35,95 35,95 25,85 25)),((88 28,92 28,92 32,88 32,88 28)))', 'island in a hole'],
  ['POLYGON((110 20,120 20,120 30,115 30,115 45,115 30,110 30,110 20))', 'spike'],
  ['POLYGON((130 20,140 20,140 20,140 30,130 30,130 30,130 20,130 20))', 'points twice'],
  ['POLYGON((0 50,10 50,5 55,10 60,0 60,5 55,0 50))', 'ring that touches itself'],
  ['POLYGON((20 50,30 50,30 60,20 60,20 50,30 50,30 60,20 60,20 50))', 'ring twice round'],
  ['POLYGON((60 60,60 50,50 50,50 60,60 60),(53 53,57 53,57 57,53 57,53 53))', 'rings the other way'],
  ['POLYGON((70 50,80 50,75 50.00001,70 50))', 'sliver'],
  ['POLYGON((175 10,185 10,185 20,175 20,175 10))', 'over the antimeridian'],
  ['POLYGON((-170 30,170 30,170 40,-170 40,-170 30))', 'round the world'],
  ['MULTIPOLYGON(((170 -10,180 -10,180 -20,170 -20,170 -10)),((-180 -10,-170 -10,-170 -20,-180 -20,-180 -10)))', 'cut at the antimeridian'],
  ['POLYGON((-180 -90,180 -90,180 -80,-180 -80,-180 -90))', 'about the pole'],
];
for (const options of [[], ['--set', 'Tianditu_c'], ['--set', 'WorldCRS84Quad', '--labels'], ['--extent', '64', '--buffer', '2'], ['--simplify', '1'], ['--simplify', '64'], ['--buffer', '0'], ['--min-area', '200'], ['--id-field', 'name']]) {
  test(`tiles of bow ties, holes, multipolygons and the antimeridian keep the rules ${options.join(' ')}`, { skip: missing }, () => {
    const tiles = tilesOf(hard, '--max-zoom', '6', ...options);
    if (options[0] === '--min-area' || options[0] === '--extent') return;
    const names = namesOf(tiles, 6), gone = hard.map(([, name]) => name).filter((name) => !names.includes(name));
    assert.deepEqual(gone.filter((name) => name !== 'sliver' && (name !== 'about the pole' || options[0] === '--set')), []);
  });
}

test('areas of hard shapes are those of the ground they cover', { skip: missing }, () => {
  const degree = (4096 * 2 ** 6) / 360;
  const expected = { 'bow tie': 50, hole: 64, 'hole that touches the border': 85, 'parts that meet in a corner': 200, 'parts that share an edge': 200, 'island in a hole': 316, spike: 100, 'points twice': 100, 'rings the other way': 84, 'over the antimeridian': 100, 'ring that touches itself': 50 };
  for (const [wkt, name] of hard.filter(([, n]) => n in expected)) {
    const area = areaOf(tilesOf([[wkt, name]], '--set', 'WorldCRS84Quad', '--min-zoom', '5', '--max-zoom', '5', '--buffer', '0'), 5) / degree ** 2;
    assert.ok(Math.abs(area - expected[name]) < 0.001 * expected[name], `${name}: ${area} square degrees in place of ${expected[name]}`);
  }
});

test('four hundred random tangles of shapes keep the rules on every level', { skip: missing, timeout: 300_000 }, () => {
  let state = 20260101;
  const random = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0, Math.floor((state / 2 ** 32) * n));
  const ring = (x, y, n, grid) => {
    const points = Array.from({ length: n }, () => `${x + random(grid) * (1.6 / grid)} ${y + random(grid) * (1.6 / grid)}`);
    return `(${[...points, points[0]].join(',')})`;
  };
  const rows = Array.from({ length: 400 }, (_, i) => {
    const x = (i % 20) * 2, y = Math.floor(i / 20) * 2, grid = [4, 16, 4096][i % 3], rings = 1 + random(3);
    const polygon = () => `(${Array.from({ length: rings }, () => ring(x, y, 4 + random(12), grid)).join(',')})`;
    return [i % 2 ? `POLYGON${polygon()}` : `MULTIPOLYGON(${Array.from({ length: 1 + random(3) }, polygon).join(',')})`, `t${i}`];
  });
  for (const options of [[], ['--extent', '256', '--buffer', '8', '--simplify', '1'], ['--set', 'Tianditu_c', '--simplify', '32']]) {
    const tiles = tilesOf(rows, '--max-zoom', '9', ...options);
    assert.ok(namesOf(tiles, 9).length > 380);
  }
});
