// What the scans share: SaTScan's files, and its answers as it prints them.
import fs from 'node:fs';

/** Lines of a file, cut at white space. */
export const cells = (file) => fs.readFileSync(file, 'utf8').split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => line.trim().split(/\s+/));

/** Compares clusters one by one; `perUnit`: our units of distance in one of SaTScan's. */
export function againstSatscan(found, got, { summary, clusters, reps }, perUnit = 1) {
  found.equal('cases', got.cases, Number(summary['Total number of cases']));
  found.equal('places', got.n, Number(summary['Number of locations']));
  clusters.forEach((wanted, k) => {
    const ours = got.clusters[k], what = `cluster ${k + 1}`;
    if (!ours) return found.true(`${what} is there`, false);
    found.equal(`${what}: members`, ours.members.map(String), wanted['Location IDs included']);
    found.equal(`${what}: cases`, ours.observed, Number(wanted['Number of cases']));
    found.close(`${what}: expected`, ours.expected, wanted['Expected cases'], { absolute: 0.01 });
    found.close(`${what}: population`, ours.population, wanted.Population, { absolute: 0.51 });
    found.close(`${what}: observed by expected`, ours.observed_expected, wanted['Observed / expected'], { absolute: 0.00501 });
    found.close(`${what}: relative risk`, ours.relative_risk, wanted['Relative risk'], { absolute: 0.00501 });
    found.close(`${what}: llr`, ours.llr, wanted['Log likelihood ratio'], { absolute: 1e-5 });
    const radius = Number(wanted['Coordinates / radius'].split('/')[1].replace('km', ''));
    found.close(`${what}: radius`, ours.radius / perUnit, radius, { absolute: 0.00501 });
    const p = Number(wanted['P-value']);
    found.close(`${what}: p`, ours.p, p, { absolute: 4 * Math.sqrt(p * (1 - p) * (1 / Number(reps) + 1 / got.permutations)) + 1e-4 });
    if (wanted['Time frame']) found.equal(`${what}: time`, [ours.start, ours.end], wanted['Time frame'].split(' to ').map((d) => d.split('/').map((n) => n.padStart(2, '0')).join('-')));
  });
}
