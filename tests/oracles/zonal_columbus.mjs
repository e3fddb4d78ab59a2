// 49 polygons on a raster of 37 x 41 cells, against overlay by GEOS and ray casting.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv } from './lib.mjs';

export const own_data = true;

const pairs = { count: 'weight_count', sum: 'weighted_sum', mean: 'weighted_mean', sd: 'weighted_sd_pop', min: 'min_touched', max: 'max_touched', cells: 'n_touched_valid' };
const tolerance = { relative: 1e-9, absolute: 1e-12 };

export function check({ data, shared, scratch, found }) {
  const raster = path.join(data, 'zonal_columbus.asc'), polygons = path.join(data, 'columbus.geojson');
  const expected = csv(path.join(data, 'zonal_columbus.csv'));
  const zonal = (out, ...more) => ask('zonal', raster, polygons, '--metric', 'none', '-o', path.join(scratch, out), ...more);
  const told = zonal('share.csv', '--stats', Object.keys(pairs).concat('variance').join(','));
  found.equal('polygons', told.polygons, 49);
  found.close('total weight', told.total_weight, 573.7734291433145, tolerance);
  const rows = csv(path.join(scratch, 'share.csv'));
  found.equal('rows', rows.length, expected.length);
  rows.forEach((row, i) => {
    found.close('order of rows', row.POLYID, expected[i].id);
    for (const [stat, wanted] of Object.entries(pairs)) found.close(`${stat} of ${row.POLYID}`, row[stat], expected[i][wanted], tolerance);
    found.close(`variance of ${row.POLYID}`, row.variance, Number(expected[i].weighted_sd_pop) ** 2, tolerance);
  });
  zonal('centre.csv', '--centre', '--stats', 'count,sum,mean');
  csv(path.join(scratch, 'centre.csv')).forEach((row, i) => {
    for (const stat of ['count', 'sum', 'mean']) found.close(`${stat} by centres of ${row.POLYID}`, row[stat], expected[i][`centre_${stat}`], tolerance);
  });
  for (const threads of [1, 2, 3, 8]) {
    zonal(`threads${threads}.csv`, '--threads', threads);
    found.true(`${threads} threads`, fs.readFileSync(path.join(scratch, `threads${threads}.csv`)).equals(fs.readFileSync(path.join(scratch, 'threads1.csv'))));
  }
  const reference = path.join(shared, 'raster.asc');
  if (fs.existsSync(reference)) found.true('the raster is the reference', fs.readFileSync(reference).equals(fs.readFileSync(raster)));
}
