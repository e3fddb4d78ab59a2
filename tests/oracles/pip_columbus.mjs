// 5,000 points in 49 polygons, against independent ray casting.
import path from 'node:path';
import { ask, csv } from './lib.mjs';

export const own_data = true;

export function check({ data, scratch, found }) {
  const out = path.join(scratch, 'points.csv');
  const told = ask('join', path.join(data, 'pip_columbus.csv'), path.join(data, 'columbus.geojson'), '--metric', 'none', '--id', 'POLYID', '-o', out);
  found.equal('points, matched, unmatched', [told.points, told.matched, told.unmatched], [5000, 2102, 2898]);
  const rows = csv(out);
  found.equal('rows', rows.length, 5000);
  for (const row of rows) found.equal(`point ${row.x},${row.y}`, row.POLYID, row.expected_POLYID);
}
