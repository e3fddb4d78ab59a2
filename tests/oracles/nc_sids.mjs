// Sudden infant deaths, 1974: the empirical-Bayes index, Freeman-Tukey and raw rates, global and local, against R spdep.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';

export const own_data = true;
const exact = { relative: 1e-9, absolute: 1e-9 };

/** The counties with the rates that the reference was computed of. */
function with_rates(map, scratch) {
  const layer = json(map);
  for (const { properties: p } of layer.features) {
    p.rate = p.SID74 / p.BIR74;
    p.ft = Math.sqrt(1000) * (Math.sqrt(p.SID74 / p.BIR74) + Math.sqrt((p.SID74 + 1) / p.BIR74));
  }
  const out = path.join(scratch, 'rates.geojson');
  fs.writeFileSync(out, JSON.stringify(layer));
  return out;
}

function check_global(found, map, field, weights, style, wanted) {
  const name = `${field} ${style}`, options = ['--field', field, '--weights', weights, '--style', style, '--permutations', 0];
  const i = ask('moran', map, ...options), c = ask('geary', map, ...options);
  for (const [key, of] of Object.entries({ i: 'I', expected: 'E', variance: 'Var_randomisation', z: 'Z_randomisation', p_normal: 'p_greater_randomisation', variance_normality: 'Var_normality' })) {
    found.close(`moran ${name} ${key}`, i[key], wanted.moran[of], exact);
  }
  for (const [key, of] of Object.entries({ c: 'C', variance: 'Var_randomisation', z: 'Z', p_normal: 'p_greater' })) found.close(`geary ${name} ${key}`, c[key], wanted.geary[of], exact);
  found.equal(`${name} links`, i.links, wanted.n_links);
}

export function check({ data, scratch, found }) {
  const counties = path.join(data, 'nc_sids.geojson'), map = with_rates(counties, scratch), expected = json(path.join(data, 'nc_sids_global.json'));
  for (const style of ['B', 'W']) {
    const told = ask('moran', counties, '--field', 'SID74', '--base', 'BIR74', '--weights', 'queen', '--style', style, '--permutations', 9999), wanted = expected[`EBI_SID74_queen_${style}`];
    found.close(`EBI ${style}`, told.i, wanted.EBI, exact);
    const p = wanted.p_mc9999_greater;
    found.close(`EBI ${style} p`, told.p_perm, p, { absolute: 4 * Math.sqrt(p * (1 - p) * 2 / 9999) + 2 / 10000 });
    found.close(`EBI ${style} mean of permutations`, told.perm_mean, wanted.perm_mean, { absolute: 4 * wanted.perm_sd * Math.sqrt(2 / 9999) });
    found.close(`EBI ${style} spread of permutations`, Math.sqrt(told.perm_variance), wanted.perm_sd, { relative: 0.04 });
  }
  check_global(found, map, 'ft', 'queen', 'W', expected.ft_SID74_queen_W);
  check_global(found, map, 'rate', 'queen', 'W', expected.rate_SID74_queen_W);
  check_global(found, map, 'ft', `file:${path.join(data, 'nc_sids_CR85.csv')}`, 'B', expected.ft_SID74_ncCR85_B);

  const quadrants = { 'High-High': 1, 'Low-Low': 2, 'Low-High': 3, 'High-Low': 4 }, out = path.join(scratch, 'local.csv');
  const local = (...options) => (ask('local', map, '--field', 'rate', '-o', out, '--id', 'FIPSNO', ...options), csv(out));
  const moran = local('--weights', 'queen'), gi = local('--weights', 'queen', '--style', 'B', '--stat', 'gi'), star = local('--weights', 'queen', '--style', 'B', '--stat', 'gistar');
  csv(path.join(data, 'nc_sids_local.csv')).forEach((w, k) => {
    found.equal(`row ${k}`, moran[k].FIPSNO, w.id);
    for (const [key, of] of Object.entries({ stat: 'Ii', expected: 'E_cond', variance: 'Var_cond', z: 'Z_cond', p: 'p2_cond', p_fdr: 'p2_cond_fdr' })) found.close(`local moran ${w.id} ${key}`, moran[k][key], w[of], exact);
    found.equal(`quadrant of ${w.id}`, Number(moran[k].quadrant), quadrants[w.quadrant_pysal]);
    found.close(`gi ${w.id}`, gi[k].z, w.G_binary_z, exact);
    found.close(`gi* ${w.id}`, star[k].z, w.Gistar_binary_z, exact);
    found.close(`gi* ${w.id} p_fdr`, star[k].p_fdr, w.Gistar_binary_p2_fdr, exact);
  });
}
