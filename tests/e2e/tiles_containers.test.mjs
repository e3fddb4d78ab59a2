// Containers of tiles read by programs that are not ours: GDAL over HTTP (WMTS), MBTiles and GeoPackage by GDAL, PMTiles and vector tiles by the readers of npm.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
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

for (const [name, set] of [['a.mbtiles', 'WebMercatorQuad'], ['w.gpkg', 'WebMercatorQuad'], ['c.gpkg', 'Tianditu_c'], ['county.gpkg', 'Linyou4545']]) {
  test(`GDAL reads ${name} in ${set}: every published place has the picture's colour, beyond it there is nothing`, { skip: gdalMissing }, async () => {
    const out = path.join(dir, name);
    ok('tiles', picture(), '-o', out, '--set', set, '--min-zoom', '8', '--max-zoom', '11', '--format', 'png');
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

test('the reference reader of PMTiles and a decoder of vector tiles find every village of the layer', { skip: readerMissing }, async () => {
  const load = (file) => import(pathToFileURL(path.join(modules, file)).href);
  const [{ PMTiles }, { VectorTile }, pbf] = await Promise.all([load('pmtiles/dist/esm/index.js'), load('@mapbox/vector-tile/index.js'), load('pbf/index.js')]);
  const Reader = pbf.PbfReader ?? pbf.default;
  const out = path.join(dir, 'villages.pmtiles');
  ok('tiles', path.join(root, 'examples/data/villages.geojson'), '-o', out, '--max-zoom', '12');
  const bytes = fs.readFileSync(out);
  const archive = new PMTiles({ getKey: () => out, getBytes: async (offset, length) => ({ data: new Uint8Array(bytes.subarray(offset, offset + length)).buffer }) });
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
      const layer = new VectorTile(new Reader(new Uint8Array(found.data))).layers.villages;
      for (let i = 0; layer && i < layer.length; ++i) names.add(layer.feature(i).properties.name);
    }
    assert.deepEqual([...names].sort(), features.map((f) => f.properties.name).sort(), `level ${z}`);
  }
});
