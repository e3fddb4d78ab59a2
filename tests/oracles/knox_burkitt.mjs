// 188 cases of Burkitt's lymphoma: pairs within d <= s and |dt| <= t, their exact mean and variance, and p by permutation.
import path from 'node:path';
import { ask, json } from './lib.mjs';

export function check({ shared, found }) {
  const expected = json(path.join(shared, 'expected.json'));
  for (const e of expected.cumulative) {
    const told = ask('knox', path.join(shared, 'burkitt.csv'), '--metric', 'none', '--time', 't', '--cumulative', '--distances', e.s_max_incl, '--intervals', e.t_max_incl, '--permutations', 9999);
    const name = `${e.s_max_incl} km, ${e.t_max_incl} days`, [row] = told.rows;
    found.equal(`${name}: n, pairs`, [told.n, told.pairs], [expected.n, e.n_pairs]);
    found.equal(`${name}: observed, in space, in time`, [row.observed, row.pairs_in_space, row.pairs_in_time], [e.X, e.Ns, e.Nt]);
    found.close(`${name}: mean`, row.expected, e.exact_perm_mean, { relative: 1e-9 });
    found.close(`${name}: variance`, row.variance, e.exact_perm_var, { relative: 1e-9 });
    // Both p are of 9,999 random orders.
    found.close(`${name}: p`, row.p, e.p_upper_mc9999, { absolute: 4 * Math.sqrt((2 * e.p_upper_mc9999 * (1 - e.p_upper_mc9999)) / 9999) + 2e-4 });
    found.equal(`${name}: sided`, told.sided, 1);
  }
}
