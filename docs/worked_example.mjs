// Derives the widest gap of a run again from the counts in its summary.json, step by step, as docs/coverage-and-gaps.md explains it.
//   node docs/worked_example.mjs SUMMARY.json
import fs from 'node:fs';

const summary = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const unit = summary.gaps.village[0];
const { rates } = summary.coverage.village.find((u) => u.code === unit.code);
const { pools, prior_mean: m, prior_variance: s2 } = summary.cases;
const pool = pools.find((p) => p.codes.includes(unit.code));
const people = rates.app_installed.denominator;
const { numerator, denominator } = rates.effective;
const r = pool.cases / pool.people_at_risk, w = s2 / (s2 + m / pool.people_at_risk), smoothed = m + w * (r - m), coverage = numerator / denominator;
const g = (x) => x.toPrecision(6);
console.log(`${unit.name} (${unit.code}), as of ${summary.as_of}
its pool             cases.pools                            ${pool.cases} cases, ${pool.people_at_risk} people at risk, ${pool.codes.length} villages
people at risk       denominator of app_installed           ${people}
effective coverage   coverage.village[...].rates.effective  ${g(numerator)} / ${denominator} = ${g(coverage)}
county rate m        cases.prior_mean                       ${g(m)}
prior variance s2    cases.prior_variance                   ${g(s2)}

r        = ${pool.cases} / ${pool.people_at_risk} = ${g(r)}
w        = ${g(s2)} / (${g(s2)} + ${g(m)} / ${pool.people_at_risk}) = ${g(w)}
smoothed = ${g(m)} + ${g(w)} x (${g(r)} - ${g(m)}) = ${g(smoothed)}, or ${(smoothed * 1e4).toFixed(2)} per 10,000 (published: ${unit.risk})
gap      = ${g(smoothed)} x ${people} x (1 - ${g(coverage)}) = ${g(smoothed * people * (1 - coverage))} (published: ${unit.score})`);
if (Math.abs(smoothed * people * (1 - coverage) - unit.score) > 6e-5) throw new Error('the published gap does not follow from the published counts');
