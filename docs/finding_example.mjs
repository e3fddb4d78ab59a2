// Derives the change of a county's cases, its p, its interval and the gate's two percentages again from the counts in summary.json, as docs/statistics.md explains them.
//   node docs/finding_example.mjs SUMMARY.json
import fs from 'node:fs';

const { findings } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const { gate, table, parameters } = findings.change;
const [, before, now, , says] = table.rows[0].map((cell) => cell.en);
const a = Number(before), b = Number(now), n = a + b;
const [days_now, days_before] = parameters.days.split(' / ').map(Number), s = days_now / (days_now + days_before);

const ln_factorial = [0];
for (let k = 1; k <= 4000; ++k) ln_factorial.push(ln_factorial[k - 1] + Math.log(k));
const sum = (from, to, term) => { let all = 0; for (let k = from; k <= to; ++k) all += term(k); return all; };
const binomial = (k, m, q) => Math.exp(ln_factorial[m] - ln_factorial[k] - ln_factorial[m - k] + k * Math.log(q) + (m - k) * Math.log(1 - q));
const at_most = (k, m, q) => sum(0, k, (i) => binomial(i, m, q)), at_least = (k, m, q) => sum(k, m, (i) => binomial(i, m, q));
const poisson = (k, mean) => Math.exp(k * Math.log(mean) - mean - ln_factorial[k]);
/** Where a rising function reaches `target`. */
function solve(rising, target, low, high) {
  for (let i = 0; i < 60; ++i) { const middle = (low + high) / 2; if (rising(middle) < target) low = middle; else high = middle; }
  return (low + high) / 2;
}
const as_ratio = (q) => q / (1 - q) / (s / (1 - s)), percent = (ratio) => `${ratio < 1 ? '' : '+'}${(100 * (ratio - 1)).toFixed(1)}%`;

const lower = at_most(b, n, s), higher = at_least(b, n, s), p = Math.min(1, 2 * Math.min(lower, higher));
const low = as_ratio(solve((q) => at_least(b, n, q), 0.025, 1e-9, s)), high = as_ratio(solve((q) => -at_most(b, n, q), -0.025, s < b / n ? s : b / n, 1 - 1e-9));

/** Chance that the test finds a change to `ratio` times: the sum over all pairs of counts that it calls a change in that direction. */
function power(ratio) {
  const mean = a * ratio * (s / (1 - s)), widest = (m) => Math.ceil(m + 9 * Math.sqrt(m) + 9);
  return sum(0, widest(a), (x) => poisson(x, a) * sum(0, widest(mean), (y) => {
    if (x + y === 0) return 0;
    return (ratio < 1 ? at_most(y, x + y, s) : at_least(y, x + y, s)) <= 0.025 ? poisson(y, mean) : 0;
  }));
}
const [fall, rise] = gate.sentence.en.match(/[-+][\d.]+(?= ?%)/g);
const published = says.replaceAll(' %', '%');
console.log(`cases before ${a}, now ${b}: ${percent(b / a / (s / (1 - s)))}
one tail    P(at most ${b} of ${n}) = ${lower.toFixed(5)}, both by doubling p = ${p.toFixed(4)}
interval    ${percent(low)} … ${percent(high)}
published   ${published}
power       ${power(1 + fall / 100).toFixed(3)} at ${fall}%, ${power(1 + rise / 100).toFixed(3)} at ${rise}%; ${power(0.8).toFixed(3)} at -20%`);
if (!published.startsWith(`${percent(low)} … ${percent(high)} (`) || (p <= 0.01) !== published.includes('p ≤ 0.01')) throw new Error('the published change does not follow from the published counts');
