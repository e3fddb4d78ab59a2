// Containers of tiles read by programs that are not ours: GDAL over HTTP (WMTS), MBTiles and GeoPackage by GDAL, PMTiles and vector tiles by the readers of npm.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { json, ok, root, run, scratch } from './lib.mjs';

const execute = promisify(execFile);
const has = (tool) => spawnSync(tool, ['--version']).status === 0;
const help = run('tiles', '--help');
const commandMissing = help.status !== 0 ? 'there is no command tiles' : !/--set/.test(help.stdout) ? 'tiles has no --set' : false;
const gdalMissing = commandMissing || (!has('gdalinfo') || !has('gdallocationinfo') || !has('gdal_create') ? 'GDAL\'s programs are missing' : false);

const dir = scratch('containers');
const vectors = fs.readFileSync(path.join(root, 'tests/fixtures/tile_vectors.csv'), 'utf8').trim().split('\n').slice(1).map((line) => {
  const [name, lon, lat, scheme, z, col, row] = line.split(',');
  return { name, lon, lat, set: scheme.startsWith('tianditu_c') ? 'Tianditu_c' : 'Tianditu_w', z: +z, col: +col, row: +row };
});

/** A picture of one colour over the county and more. */
function picture() {
  const file = path.join(dir, 'county.tif');
  if (!fs.existsSync(file)) {
    const made = spawnSync('gdal_create', ['-of', 'GTiff', '-outsize', '800', '500', '-bands', '4', '-burn', '200', '-burn', '7', '-burn', '7', '-burn', '255', '-a_srs', 'EPSG:4490', '-a_ullr', '107.3', '35', '108.1', '34.5', '-co', 'ALPHA=YES', '-co', 'PHOTOMETRIC=RGB', file], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  }
  return file;
}

/** Serves a folder on loopback and notes every path that is asked for; `use` gets its address. */
async function served(folder, use) {
  const asked = [];
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://h').pathname);
    asked.push(name);
    const file = path.join(folder(), name);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200).end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const gdal = (tool, ...args) => execute(tool, args, { cwd: dir, encoding: 'utf8', env: { ...process.env, GDAL_DEFAULT_WMS_CACHE_PATH: path.join(dir, `cache${Math.random()}`), no_proxy: '*' } }).then((r) => r.stdout);
const redAt = async (name, lon, lat) => (await gdal('gdallocationinfo', '-valonly', '-b', '1', '-wgs84', name, String(lon), String(lat))).trim();

for (const set of ['Tianditu_w', 'Tianditu_c']) {
  test(`GDAL's WMTS client asks a served folder in ${set} for the tiles that the published vectors name`, { skip: gdalMissing }, async () => {
    const out = path.join(dir, set);
    await served(() => out, async (url, asked) => {
      ok('tiles', picture(), '-o', out, '--set', set, '--min-zoom', '8', '--max-zoom', '14', '--format', 'png', '--base-url', url);
      const info = JSON.parse(await gdal('gdalinfo', '-json', `WMTS:${url}/WMTSCapabilities.xml`));
      assert.match(info.coordinateSystem.wkt, set === 'Tianditu_c' ? /4490/ : /3857/);
      for (const v of vectors.filter((one) => one.set === set && one.z <= 14)) {
        asked.length = 0;
        const red = await redAt(`WMTS:${url}/WMTSCapabilities.xml,tilematrix=${v.z}`, v.lon, v.lat);
        assert.ok(asked.includes(`/${v.z}/${v.col}/${v.row}.png`), `${v.name} ${v.z}: asked for ${asked}`);
        assert.equal(red, '200', `${v.name} ${v.z}`);
      }
    });
  });
}

test('a version is served under its own path, and the capabilities above name it', { skip: gdalMissing }, async () => {
  const out = path.join(dir, 'weekly');
  await served(() => out, async (url, asked) => {
    for (const week of ['2022-W35', '2022-W36']) ok('tiles', picture(), '-o', out, '--min-zoom', '8', '--max-zoom', '9', '--format', 'png', '--base-url', url, '--version-path', week);
    assert.equal(await redAt(`WMTS:${url}/WMTSCapabilities.xml,tilematrix=8`, 107.78758, 34.67868), '200');
    assert.ok(asked.includes('/2022-W36/8/204/101.png'), String(asked));
    assert.ok(fs.existsSync(path.join(out, '2022-W35/8/204/101.png')));
    const tileset = json(path.join(out, 'tileset.json'));
    const link = (rel) => tileset.links.find((l) => l.rel.endsWith(rel)).href;
    const sets = await (await fetch(link('tiling-scheme'))).json();
    assert.equal(sets.id, 'WebMercatorQuad');
    const limits = tileset.tileMatrixSetLimits.find((l) => l.tileMatrix === '8');
    const first = link('item').replace('{tileMatrix}', '8').replace('{tileCol}', limits.minTileCol).replace('{tileRow}', limits.minTileRow);
    assert.equal((await fetch(first)).status, 200);
    assert.equal((await fetch(json(path.join(out, 'tiles.json')).tiles[0].replace('{z}/{x}/{y}', '8/204/101'))).status, 200);
    assert.notEqual(run('tiles', picture(), '-o', out, '--min-zoom', '8', '--max-zoom', '9', '--format', 'png', '--version-path', '2022-W36').status, 0);
  });
});

// Linyou4545 has pixels of 64 m on level 3, where WebMercatorQuad has them on level 11: at 8 to 11 it would be a million tiles.
for (const [name, set, first, last] of [['a.mbtiles', 'WebMercatorQuad', 8, 11], ['w.gpkg', 'WebMercatorQuad', 8, 11], ['c.gpkg', 'Tianditu_c', 8, 11], ['county.gpkg', 'Linyou4545', 1, 4]]) {
  test(`GDAL reads ${name} in ${set}: every published place has the picture's colour, beyond it there is nothing`, { skip: gdalMissing }, async () => {
    const out = path.join(dir, name);
    ok('tiles', picture(), '-o', out, '--set', set, '--min-zoom', first, '--max-zoom', last, '--format', 'png');
    const info = JSON.parse(await gdal('gdalinfo', '-json', out));
    assert.match(info.coordinateSystem.wkt, { WebMercatorQuad: /3857/, Tianditu_c: /4490/, Linyou4545: /4545/ }[set]);
    for (const v of vectors) assert.equal(await redAt(out, v.lon, v.lat), '200', v.name);
    for (const [lon, lat] of [[106.9, 34.7], [108.5, 34.7], [107.7, 34.2], [107.7, 35.4]]) {
      const alpha = await gdal('gdallocationinfo', '-valonly', '-b', '4', '-wgs84', out, String(lon), String(lat)).catch(() => '0');
      assert.ok(['', '0'].includes(alpha.trim()), `${lon} ${lat}: ${alpha}`);
    }
  });
}

const modules = path.join(root, 'web/node_modules');
const readerMissing = help.status !== 0 ? 'there is no command tiles' : !fs.existsSync(path.join(modules, 'pmtiles')) || !fs.existsSync(path.join(modules, '@mapbox/vector-tile')) ? 'npm\'s readers are not installed (cd web && npm ci)' : false;

/** npm's readers: an archive of a file, and the layers of a tile's bytes. */
async function npmReaders() {
  const load = (file) => import(pathToFileURL(path.join(modules, file)).href);
  const [{ PMTiles }, { VectorTile }, pbf] = await Promise.all([load('pmtiles/dist/esm/index.js'), load('@mapbox/vector-tile/index.js'), load('pbf/index.js')]);
  const Reader = pbf.PbfReader ?? pbf.default;
  return {
    archive(file) {
      const bytes = fs.readFileSync(file);
      return new PMTiles({ getKey: () => file, getBytes: async (offset, length) => ({ data: new Uint8Array(bytes.subarray(offset, offset + length)).buffer }) });
    },
    layers: (bytes) => new VectorTile(new Reader(new Uint8Array(bytes))).layers,
  };
}

/** Tiles of a folder by `level/column/row`. */
function tilesOfFolder(folder, ending) {
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => /^\d+\/\d+\/\d+\.\w+$/.test(name));
  for (const name of names) assert.ok(name.endsWith(ending), name);
  return new Map(names.map((name) => [name.slice(0, -ending.length), fs.readFileSync(path.join(folder, name))]));
}

/** Tiles of an MBTiles file, unpacked, by `level/column/row` from the north. */
function tilesOfMbtiles(file) {
  const r = spawnSync('sqlite3', ['-separator', ' ', file, 'SELECT zoom_level, tile_column, (1 << zoom_level) - 1 - tile_row, hex(tile_data) FROM tiles'], { encoding: 'utf8', maxBuffer: 1 << 29 });
  assert.equal(r.status, 0, r.stderr);
  return new Map(r.stdout.trim().split('\n').map((line) => {
    const [z, x, y, hex] = line.split(' '), bytes = Buffer.from(hex, 'hex');
    return [`${z}/${x}/${y}`, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes];
  }));
}

const readersMissing = readerMissing || (spawnSync('sqlite3', ['--version']).status !== 0 ? 'sqlite3 is missing' : false);

for (const [what, input, ending, options] of [
  ['vectors', 'examples/data/villages.geojson', '.mvt', ['--max-zoom', '14', '--labels']],
  ['thinned points', 'examples/data/cases.csv', '.mvt', ['--max-zoom', '13', '--crs', 'EPSG:4490']],
  ['pictures', 'examples/data/case_density.tif', '.png', ['--palette', 'oranges', '--breaks', '1,2,5,10', '--min-zoom', '8', '--max-zoom', '14']],
]) {
  test(`PMTiles, MBTiles and a folder hold the same tiles of ${what}, and npm's readers open every one`, { skip: readersMissing }, async () => {
    const out = (name) => path.join(dir, `same-${what.replace(' ', '-')}${name}`);
    for (const name of ['.pmtiles', '.mbtiles', '']) ok('tiles', path.join(root, input), '-o', out(name), ...options);
    const folder = tilesOfFolder(out(''), ending), mbtiles = tilesOfMbtiles(out('.mbtiles'));
    const { archive, layers } = await npmReaders(), reader = archive(out('.pmtiles'));
    const header = await reader.getHeader();
    assert.ok(folder.size > 20, `${folder.size} tiles`);
    assert.deepEqual([...mbtiles.keys()].sort(), [...folder.keys()].sort());
    assert.equal(header.numAddressedTiles, folder.size);
    let features = 0;
    const perLevel = {};
    for (const [name, bytes] of folder) {
      const [z, x, y] = name.split('/').map(Number);
      const found = await reader.getZxy(z, x, y);
      assert.ok(found && bytes.equals(Buffer.from(found.data)), `PMTiles ${name}`);
      assert.ok(bytes.equals(mbtiles.get(name)), `MBTiles ${name}`);
      if (ending !== '.mvt') continue;
      for (const layer of Object.values(layers(bytes))) {
        assert.equal(layer.version, 2);
        for (let i = 0; i < layer.length; ++i, ++features) {
          const shape = layer.feature(i).loadGeometry();
          assert.ok(shape.length > 0 && shape.flat().every((p) => Number.isInteger(p.x) && Number.isInteger(p.y)), name);
          perLevel[z] = (perLevel[z] ?? 0) + 1;
        }
      }
    }
    if (ending !== '.mvt') return assert.ok([...folder.values()].every((bytes) => bytes.subarray(1, 4).toString() === 'PNG'));
    assert.ok(features > folder.size);
    const said = spawnSync('sqlite3', [out('.mbtiles'), "SELECT value FROM metadata WHERE name='json'"], { encoding: 'utf8' });
    for (const { vector_layers } of [JSON.parse(said.stdout), await reader.getMetadata()]) {
      for (const { fields } of vector_layers) for (const [name, type] of Object.entries(fields)) assert.match(type, /^(Number|Boolean|String)$/, `type of ${name} (MBTiles 1.3)`);
    }
    if (gdalMissing) return;
    const level = Math.max(...Object.keys(perLevel).map(Number));
    const counted = await gdal('ogrinfo', '-so', '-al', '-oo', `ZOOM_LEVEL=${level}`, '-oo', 'CLIP=NO', out('.mbtiles'));
    const total = [...counted.matchAll(/Feature Count: (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
    assert.equal(total, perLevel[level], 'GDAL counts the same features on the highest level');
  });
}

test('the reference reader of PMTiles and a decoder of vector tiles find every village of the layer', { skip: readerMissing }, async () => {
  const { archive: open, layers } = await npmReaders();
  const out = path.join(dir, 'villages.pmtiles');
  ok('tiles', path.join(root, 'examples/data/villages.geojson'), '-o', out, '--max-zoom', '12');
  const archive = open(out);
  const header = await archive.getHeader(), metadata = await archive.getMetadata();
  assert.deepEqual([header.specVersion, header.maxZoom, header.tileType, header.clustered], [3, 12, 1, true]);
  assert.equal(metadata.vector_layers[0].id, 'villages');
  const tile = (z, lon, lat) => {
    const n = 2 ** z, s = Math.sin((lat * Math.PI) / 180);
    return [z, Math.floor(((lon + 180) / 360) * n), Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * n)];
  };
  const { features } = json(path.join(root, 'examples/data/villages.geojson'));
  const points = features.flatMap((f) => f.geometry.coordinates.flat(f.geometry.type === 'Polygon' ? 1 : 2));
  for (const z of [8, 12]) {
    const names = new Set(), asked = new Map(points.map(([lon, lat]) => [String(tile(z, lon, lat)), tile(z, lon, lat)]));
    for (const [level, x, y] of asked.values()) {
      const found = await archive.getZxy(level, x, y);
      if (!found) continue;
      const layer = layers(found.data).villages;
      for (let i = 0; layer && i < layer.length; ++i) names.add(layer.feature(i).properties.name);
    }
    assert.deepEqual([...names].sort(), features.map((f) => f.properties.name).sort(), `level ${z}`);
  }
});
