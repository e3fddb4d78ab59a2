// Homicides of 2015 in three cities: projection, counts on a net of 1 km, nearest neighbours.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';

export function check({ shared, scratch, found }) {
  const expected = json(path.join(shared, 'expected.json'));
  const rows = csv(path.join(shared, 'homicides15.csv'));
  for (const [city, wanted] of Object.entries(expected)) {
    const points = path.join(scratch, 'points.csv'), cells = path.join(scratch, 'cells.csv');
    fs.writeFileSync(points, ['uid,lon,lat', ...rows.filter((r) => r.city === city).map((r) => `${r.uid},${r.lon},${r.lat}`)].join('\n') + '\n');
    const told = ask('pattern', points, '--crs', 'EPSG:4326', '--metric', `EPSG:${wanted.epsg}`, '--cell', wanted.cell, `--origin=${wanted.origin}`, '-o', cells);
    for (const key of ['n', 'occupied_cells', 'max_count', 'sum_sq_counts', 'max_cell_ix_iy']) found.equal(`${key} of ${city}`, told[key], wanted[key]);
    for (const key of ['mean_nn', 'bbox_area', 'clark_evans_bbox']) found.close(`${key} of ${city}`, told[key], wanted[key], { absolute: key === 'bbox_area' ? 1e-2 : 1e-6 });
    for (const axis of [0, 1]) found.close(`mean centre of ${city}`, told.mean_center[axis], wanted.mean_center[axis], { absolute: 1e-6 });
    const table = csv(cells);
    found.equal(`rows of ${city}`, table.length, wanted.occupied_cells);
    found.equal(`sum of ${city}`, table.reduce((sum, r) => sum + Number(r.count), 0), wanted.n);
    const [ix, iy] = wanted.max_cell_ix_iy;
    found.equal(`largest cell of ${city}`, table.filter((r) => Number(r.ix) === ix && Number(r.iy) === iy).map((r) => Number(r.count)), [wanted.max_count]);
    const moved = path.join(scratch, 'moved.csv');
    ask('transform', points, '-o', moved, '--from', 'EPSG:4326', '--to', `EPSG:${wanted.epsg}`);
    const first = csv(moved)[0];
    found.close(`first x of ${city}`, first.lon, wanted.first_xy[0], { absolute: 1e-5 });
    found.close(`first y of ${city}`, first.lat, wanted.first_xy[1], { absolute: 1e-5 });
  }
}
