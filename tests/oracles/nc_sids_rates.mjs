// Excess risk, probability map, Freeman-Tukey and empirical-Bayes rates of the North Carolina data, against R spdep; the announcement's percentage; R's poisson.test.
import path from 'node:path';
import { ask, csv } from './lib.mjs';

export const own_data = true;

const close = { relative: 1e-9 };

function check_rates({ data, scratch, found }) {
  const layer = path.join(data, 'nc_sids.geojson'), out = path.join(scratch, 'rates.csv');
  const columns = ['--cases', 'SID74', '--base', 'BIR74', '--id', 'FIPSNO', '-o', out];
  ask('rates', layer, '--method', 'excess', '--funnel', '--ranks', ...columns);
  const expected = csv(path.join(data, 'nc_sids_probmap.csv')), rows = csv(out);
  found.equal('rows', rows.length, 100);
  rows.forEach((row, i) => {
    found.equal(`row ${i + 1}`, row.FIPSNO, expected[i].FIPSNO);
    found.close(`expected of ${row.FIPSNO}`, row.expected, expected[i].expected, close);
    found.close(`relative risk of ${row.FIPSNO}`, 100 * row.excess_risk, expected[i].relRisk, close);
    found.close(`P(X <= x) of ${row.FIPSNO}`, row.p_at_most, expected[i].pmap, close);
    found.close(`Choynowski of ${row.FIPSNO}`, row.choynowski, expected[i].choynowski, { relative: 1e-9, absolute: 1e-15 });
    found.true(`rank of ${row.FIPSNO}`, Number(row.rank_low) <= Number(row.rank_mean) && Number(row.rank_mean) <= Number(row.rank_high));
  });
  ask('rates', layer, '--method', 'freeman-tukey', ...columns);
  for (const row of csv(out)) found.close(`ft of ${row.FIPSNO}`, row.ft, Math.sqrt(1000) * (Math.sqrt(row.SID74 / row.BIR74) + Math.sqrt((Number(row.SID74) + 1) / row.BIR74)), close);
}

function check_change({ found }) {
  const said = ask('change', '--percent', '-47.92', '--bound', 264);
  found.equal('pairs', said.pairs, [[48, 25], [96, 50], [144, 75], [192, 100], [240, 125]]);
  found.close('low', said.interval[0], 0.307735355248971, close);
  found.close('high', said.interval[1], 0.861624753308510, close);
  found.equal('interval in percent', said.change_interval_percent.map(Math.round), [-69, -14]);
  const bases = ask('change', '--before', 19, '--now', 7, '--base-before', 1500, '--base-now', 1200);
  found.close('p as poisson.test has it', bases.p_likelihood, 0.0781635022899732, close);
  found.close('low as poisson.test has it', bases.interval[0], 0.163598933251732, close);
  const wdd = ask('effect', '--method', 'wdd', '--treated', '30,20', '--control', '20,20');
  found.close('wdd', wdd.wdd, -10, close);
  found.close('standard error', wdd.se, Math.sqrt(90), close);
}

export function check(context) {
  check_rates(context);
  check_change(context);
}
