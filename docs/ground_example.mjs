// Writes a made-up county of two towns whose ground changes on dates and does not fit in places, to try `gapmap topology` and `gapmap crosswalk` on.
//   node docs/ground_example.mjs DIR
import fs from 'node:fs';
import path from 'node:path';

const dir = process.argv[2];
fs.mkdirSync(path.join(dir, 'ledgers'), { recursive: true });

// Metres from the county's lower left corner, in EPSG:4545.
const east = 480000, north = 3840000;
const ring = (...points) => [[...points, points[0]].map(([x, y]) => [east + x, north + y])];
const box = (x0, y0, x1, y1) => ring([x0, y0], [x1, y0], [x1, y1], [x0, y1]);
const layer = (name, features) => fs.writeFileSync(path.join(dir, `ledgers/${name}.geojson`), JSON.stringify({
  type: 'FeatureCollection',
  features: features.map(([编码, 名称, coordinates, more = {}]) => ({
    type: 'Feature', properties: { 编码, 名称, 上级编码: '', 网格员编号: '', 启用日期: '', 停用日期: '', ...more }, geometry: { type: 'Polygon', coordinates } })) }));
const until = (停用日期) => ({ 停用日期 }), from = (启用日期) => ({ 启用日期 });

layer('towns', [['990002100', '河镇', box(0, 0, 4000, 4000)], ['990002101', '场镇', box(4000, 0, 8000, 4000)]]);
layer('villages', [
  // Two villages merge at the beginning of 2022.
  ['990002100201', '河西村', box(0, 0, 1000, 2000), until('2022-01-01')],
  ['990002100202', '河东村', box(1000, 0, 4000, 2000), until('2022-01-01')],
  ['990002100203', '两河村', box(0, 0, 4000, 2000), from('2022-01-01')],
  // Its border runs 20 m over its neighbour's for 1000 m, and stays 2 m short of the town's in the north.
  ['990002100204', '北坡村', ring([0, 2000], [500, 2000], [500, 1980], [1500, 1980], [1500, 2000], [4000, 2000], [4000, 3998], [0, 3998])],
  // One village is split in March 2022.
  ['990002101205', '大场村', box(4000, 0, 8000, 4000), until('2022-03-01')],
  ['990002101206', '西场村', box(4000, 0, 5000, 4000), from('2022-03-01')],
  ['990002101207', '东场村', box(5000, 0, 8000, 4000), from('2022-03-01')],
]);
layer('grids', [
  // Its officer is replaced in June 2022.
  ['990002100-01', '北坡一网格', box(1000, 2500, 1500, 3000), { 网格员编号: 'W01', ...until('2022-06-01') }],
  ['990002100-01', '北坡一网格', box(1000, 2500, 1500, 3000), { 网格员编号: 'W07', ...from('2022-06-01') }],
  ['990002100-02', '河口网格', box(3900, 1000, 4200, 1200), { 上级编码: '990002100' }],   // two thirds of it lie in the other town
  ['990002101-03', '东场网格', ring([6000, 1000], [6200, 1200], [6200, 1000], [6000, 1200])],  // a bow tie
  ['990002101-04', '场北网格', box(6000, 3000, 6300, 3200)],
  ['990002101-05', '场北新村', box(6000, 3000, 6300, 3200)],                                // the same ground again
]);
layer('buildings', [
  ['990002100-01-001', '1幢', box(1100, 2600, 1120, 2612), { 上级编码: '990002100-01' }],
  ['990002100-01-002', '2幢', box(1490, 2700, 1510, 2712), { 上级编码: '990002100-01' }],     // half of it outside its grid
  ['990002101-04-001', '1幢', box(6100, 3100, 6120, 3112), { 上级编码: '990002101-04', ...until('2021-08-01') }],
  ['990002101-04-001', '1幢', box(6100, 3100, 6120, 3112), { 上级编码: '990002101-04', ...from('2021-07-01') }],  // in July 2021 it holds twice
]);
fs.writeFileSync(path.join(dir, 'ledgers/more_buildings.csv'), '楼栋编码,楼栋名称,所属网格编码\n990002101-04-002,2幢,990002101-04\n');  // nobody drew it
const homes = [[500, 1000, 2], [3000, 1000, 3], [4200, 500, 4], [4400, 900, 4], [4900, 3000, 4], [7000, 2000, 4], [2000, 3000, 5]];
fs.writeFileSync(path.join(dir, 'ledgers/households.csv'), `户编号,东坐标,北坐标,人口数\n${homes.map(([x, y, people], i) => `H${i + 1},${east + x},${north + y},${people}`).join('\n')}\n`);
fs.writeFileSync(path.join(dir, 'cases_2021.csv'), 'code,cases\n990002100201,4\n990002100202,6\n990002100204,5\n990002101205,12\n');

const source = (ledger, file, more = '') => `\n[[source]]\nledger = "${ledger}"\npath = "ledgers/${file}"\n${more}`;
fs.writeFileSync(path.join(dir, 'county.toml'), `[county]
code  = "990002"
name  = "变迁县"
as_of = "2022-09-04"
lang  = "en"

[policy]
period_start = "2022-01-01"
period_end   = "2022-08-31"
${['towns', 'villages', 'grids', 'buildings'].map((l) => source('units', `${l}.geojson`, `level = "${l.slice(0, -1)}"\ncrs = "EPSG:4545"\n`)).join('')}${source('units', 'more_buildings.csv', 'level = "building"\n')}${source('households', 'households.csv', 'crs = "EPSG:4545"\n')}`);
