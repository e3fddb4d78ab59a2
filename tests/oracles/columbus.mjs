// Columbus: global and local statistics of CRIME against R spdep, queen and rook, and 99,999 permutations of another program.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';

export const own_data = true;
const exact = { relative: 1e-9, absolute: 1e-9 };

function check_global(found, map, expected, weights, style) {
  const options = ['--weights', weights, '--style', style, '--permutations', 0], name = `${weights} ${style}`;
  const wanted = expected[`${weights}_${style}`];
  const i = ask('moran', map, '--field', 'CRIME', ...options);
  for (const [key, of] of Object.entries({ i: 'I', expected: 'E', variance: 'Var_randomisation', z: 'Z_randomisation', p_normal: 'p_greater_randomisation',
    variance_normality: 'Var_normality', z_normality: 'Z_normality', p_normality: 'p_greater_normality' })) found.close(`moran ${name} ${key}`, i[key], wanted.moran[of], exact);
  found.close(`moran ${name} two-sided`, i.p_normal_two_sided, wanted.moran.p_two_sided_randomisation, exact);
  found.equal(`moran ${name} n, links, isolates, sides`, [i.n, i.links, i.isolates, i.sided], [49, wanted.n_links, 0, 1]);
  const c = ask('geary', map, '--field', 'CRIME', ...options);
  for (const [key, of] of Object.entries({ c: 'C', expected: 'E', variance: 'Var_randomisation', z: 'Z', p_normal: 'p_greater' })) found.close(`geary ${name} ${key}`, c[key], wanted.geary[of], exact);
  if (wanted.global_G) {
    const g = ask('general-g', map, '--field', 'CRIME', ...options), w = wanted.global_G;
    for (const [key, of] of Object.entries({ g: w.G, expected: w.E, variance: w.Var, z: w.Z[0][0], p_normal: w.p_greater[0][0] })) found.close(`general-g ${name} ${key}`, g[key], of, { relative: 1e-9 });
  }
  if (wanted.lee_L_CRIME_INC) {
    const l = ask('lee', map, '--field', 'CRIME', '--field2', 'INC', ...options);
    found.close(`lee ${name}`, l.l, wanted.lee_L_CRIME_INC, exact);
  }
}

function local(map, scratch, ...options) {
  const out = path.join(scratch, 'local.csv');
  const told = ask('local', map, '--field', 'CRIME', '-o', out, ...options);
  return { told, rows: csv(out) };
}

function check_local(found, map, scratch, expected) {
  const quadrants = { 'High-High': 1, 'Low-Low': 2, 'Low-High': 3, 'High-Low': 4 };
  const moran = local(map, scratch, '--weights', 'queen').rows;
  expected.forEach((w, k) => {
    for (const [key, of] of Object.entries({ stat: 'Ii', expected: 'E_cond', variance: 'Var_cond', z: 'Z_cond', p: 'p2_cond', p_fdr: 'p2_cond_fdr' })) found.close(`local moran ${w.id} ${key}`, moran[k][key], w[of], exact);
    found.equal(`local moran ${w.id} quadrant`, Number(moran[k].quadrant), quadrants[w.quadrant_pysal]);
  });
  const gi = local(map, scratch, '--weights', 'queen', '--style', 'B', '--stat', 'gi').rows;
  const binary = local(map, scratch, '--weights', 'queen', '--style', 'B', '--stat', 'gistar').rows, standardised = local(map, scratch, '--weights', 'queen', '--stat', 'gistar').rows;
  expected.forEach((w, k) => {
    found.close(`gi ${w.id}`, gi[k].z, w.G_binary_z, exact);
    found.close(`gi* ${w.id}`, binary[k].z, w.Gistar_binary_z, exact);
    found.close(`gi* W ${w.id}`, standardised[k].z, w.Gistar_rowstd_z, exact);
    found.close(`gi* ${w.id} p`, binary[k].p, w.Gistar_binary_p2, exact);
    found.close(`gi* ${w.id} p_fdr`, binary[k].p_fdr, w.Gistar_binary_p2_fdr, exact);
  });
}

/** |p - reference| within what two Monte Carlo runs may differ by. */
function check_permutations(found, map, scratch, expected) {
  for (const [draws, permutations] of [['shared', 9999], ['separate', 9999], ['shared', 99999]]) {
    const { told, rows } = local(map, scratch, '--weights', 'queen', '--permutations', permutations, '--draws', draws);
    found.equal(`draws`, [told.draws, told.permutations, told.sided], [draws, permutations, 2]);
    expected.forEach((w, k) => {
      const p = Number(w.p_two_sided), one = p / 2;
      found.close(`p_perm ${draws} ${permutations} of ${w.id}`, rows[k].p_perm, p, { absolute: 2 * (4 * Math.sqrt(one * (1 - one) * (1 / permutations + 1 / 99999)) + 2 / (permutations + 1)) });
    });
  }
}

/** The same weights in every way that a file may say them. */
function check_files(found, data, map, scratch) {
  const links = csv(path.join(data, 'columbus_queen.csv')).map((l) => [Number(l.i), Number(l.j)]);
  const polyid = json(map).features.map((f) => f.properties.POLYID);
  const gal = path.join(scratch, 'queen.gal'), gwt = path.join(scratch, 'queen.gwt');
  fs.writeFileSync(gal, '0 49 columbus POLYID\n' + polyid.map((id, r) => {
    const mine = links.filter(([i]) => i === r + 1).map(([, j]) => polyid[j - 1]);
    return `${id} ${mine.length}\n${mine.join(' ')}\n`;
  }).join(''));
  fs.writeFileSync(gwt, '0 49 columbus POLYID\n' + links.map(([i, j]) => `${polyid[i - 1]} ${polyid[j - 1]} 1\n`).join(''));
  const queen = ask('moran', map, '--field', 'CRIME', '--weights', 'queen');
  for (const file of [path.join(data, 'columbus_queen.csv'), gal, gwt]) {
    const told = ask('moran', map, '--field', 'CRIME', '--weights', `file:${file}`);
    found.equal(`${path.basename(file)}: as queen`, [told.i, told.p_perm, told.links], [queen.i, queen.p_perm, queen.links]);
  }
}

export function check({ data, scratch, found }) {
  const map = path.join(data, 'columbus.geojson'), expected = json(path.join(data, 'columbus_global.json'));
  check_global(found, map, expected, 'queen', 'W');
  check_global(found, map, expected, 'queen', 'B');
  check_global(found, map, expected, 'rook', 'W');
  check_local(found, map, scratch, csv(path.join(data, 'columbus_local.csv')));
  check_permutations(found, map, scratch, csv(path.join(data, 'columbus_local_perm.csv')));
  check_files(found, data, map, scratch);
}
