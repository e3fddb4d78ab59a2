// A space-time cube of counts: Gi* of every bin, trends of every cell, emerging-hot-spot classes; once as a table, once as points.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';

function compare(found, how, cells, bins, shared) {
  const expected = new Map(csv(path.join(shared, 'expected_cells.csv')).map((row) => [`${row.row},${row.col}`, row]));
  const z = new Map(csv(path.join(shared, 'expected_gistar.csv')).map((row) => [`${row.t},${row.row},${row.col}`, row.gistar_z]));
  found.equal(`${how}: cells, bins`, [cells.length, bins.length], [expected.size, z.size]);
  for (const row of bins) found.close(`${how}: z of ${row.t},${row.row},${row.col}`, row.z, z.get(`${row.t},${row.row},${row.col}`), { absolute: 1e-9 });
  const columns = { gi_s: 'mk_gistar_S', gi_var_s: 'mk_gistar_varS', gi_z: 'mk_gistar_Z', gi_p: 'mk_gistar_p', count_s: 'mk_count_S', count_var_s: 'mk_count_varS', count_z: 'mk_count_Z', count_p: 'mk_count_p', slope: 'sen_slope_count' };
  for (const row of cells) {
    const wanted = expected.get(`${row.row},${row.col}`);
    for (const [ours, theirs] of Object.entries(columns)) found.close(`${how}: ${ours} of ${row.row},${row.col}`, row[ours], wanted[theirs], { absolute: 1e-9, relative: 1e-12 });
    found.equal(`${how}: class of ${row.row},${row.col}`, row.class, wanted.category);
  }
}

export function check({ shared, scratch, found }) {
  const expected = json(path.join(shared, 'expected.json')), table = path.join(shared, 'cube.csv');
  const cells = path.join(scratch, 'cells.csv'), bins = path.join(scratch, 'bins.csv');
  let told = ask('cube', table, '--time', 't', '--count', 'count', '-o', cells, '--bins', bins);
  found.equal('size', [told.columns, told.rows, told.steps, told.bins], [expected.nx, expected.ny, expected.T, expected.N]);
  found.close('mean', told.mean, expected.mean, { relative: 1e-12 });
  found.close('sd', told.sd, expected.sd_pop, { relative: 1e-12 });
  const sorted = (o) => Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1));
  found.equal('classes', sorted(told.classes), sorted(expected.categories));
  compare(found, 'table', csv(cells), csv(bins), shared);

  // The same as events: each at a place of its own in its cell, at a moment of its own in its step.
  const points = path.join(scratch, 'points.csv'), lines = ['x,y,t'];
  for (const row of csv(table)) {
    for (let k = 0; k < Number(row.count); ++k) lines.push(`${1000 + 50 * Number(row.col) + ((k * 7) % 50)},${-300 + 50 * Number(row.row) + ((k * 11) % 50)},${7 * Number(row.t) + (k % 7)}`);
  }
  fs.writeFileSync(points, lines.join('\n') + '\n');
  told = ask('cube', points, '--metric', 'none', '--time', 't', '--cell', 50, '--step', '1w', '--start', 0, '--extent', '1000,-300,1600,300', '-o', cells, '--bins', bins, '--threads', 2);
  found.equal('events', [told.used, told.outside, told.missing], [lines.length - 1, 0, 0]);
  compare(found, 'events', csv(cells), csv(bins), shared);
}
