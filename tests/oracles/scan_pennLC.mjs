// Lung cancer in Pennsylvania, crude and standardised, against SaTScan and an enumeration of all circles.
import fs from 'node:fs';
import path from 'node:path';
import { ask, csv, json } from './lib.mjs';
import { againstSatscan } from './lib/satscan.mjs';

export function check({ shared, scratch, found }) {
  const counties = csv(path.join(shared, 'pennLC.csv'));
  const place = new Map(counties.map((c) => [c.county, c]));
  const crude = path.join(scratch, 'crude.csv'), strata = path.join(scratch, 'strata.csv');
  fs.writeFileSync(crude, ['id,x,y,cases,base', ...counties.map((c) => [c.county, c.x_km, c.y_km, c.cases, c.population].join())].join('\n'));
  fs.writeFileSync(strata, ['id,x,y,cases,base,race,gender,age', ...csv(path.join(shared, 'pennLC_strata.csv'))
    .map((r) => [r.county, place.get(r.county).x_km, place.get(r.county).y_km, r.cases, r.population, r.race, r.gender, r.age].join())].join('\n'));
  const columns = ['--cases', 'cases', '--base', 'base', '--metric', 'none'];
  const answers = { crude: ask('scan', crude, ...columns, '--permutations', 9999), strata_adjusted: ask('scan', strata, ...columns, '--permutations', 9999, '--strata', 'race,gender,age') };
  againstSatscan(found, answers.crude, json(path.join(shared, 'expected_satscan.json')).poisson_crude_high_50pct);

  const exact = json(path.join(shared, 'expected_exact.json'));
  const names = counties.map((c) => c.county);
  for (const kind of ['crude', 'strata_adjusted']) {
    exact[kind].forEach((wanted, k) => {
      const got = answers[kind].clusters[k];
      found.equal(`${kind} ${k}: members`, [...got.members].sort(), wanted.location_ids.map((id) => names[id - 1]).sort());
      found.equal(`${kind} ${k}: cases`, got.observed, wanted.cases);
      found.close(`${kind} ${k}: expected`, got.expected, wanted.expected, { relative: 1e-9 });
      found.close(`${kind} ${k}: llr`, got.llr, wanted.llr, { relative: 1e-9 });
      found.equal(`${kind} ${k}: population`, got.population, wanted.population);
    });
  }
  // SpatialEpi's own p, of 999 replications; its location sets are right, its ratios are not.
  const kulldorff = json(path.join(shared, 'expected_kulldorff.json'));
  for (const [kind, theirs] of [['crude', 'poisson_crude'], ['strata_adjusted', 'poisson_strata_expected']]) {
    [kulldorff[theirs].most_likely, ...kulldorff[theirs].secondary].forEach((wanted, k) => {
      const got = answers[kind].clusters[k];
      found.equal(`${theirs} ${k}: members`, [...got.members].sort(), wanted.location_ids.map((id) => names[id - 1]).sort());
      found.close(`${theirs} ${k}: p`, got.p, wanted.p, { absolute: 0.001 + 4 * Math.sqrt(got.p * (1 - got.p) / 999) });
    });
  }
  const binomial = ask('scan', crude, ...columns, '--model', 'bernoulli');
  [kulldorff.binomial.most_likely, ...kulldorff.binomial.secondary].forEach((wanted, k) => {
    found.equal(`binomial ${k}: members`, [...binomial.clusters[k].members].sort(), wanted.location_ids.map((id) => names[id - 1]).sort());
  });
}
