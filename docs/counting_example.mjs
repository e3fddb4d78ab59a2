// Prints what docs/counting.md explains, from a run's summary.json, and checks that the parts add up.
//   node docs/counting_example.mjs SUMMARY.json
import fs from 'node:fs';

const { counting, visits } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const { county, integrity } = counting;
const must = (holds, what) => { if (!holds) throw new Error(what); };
const sum = (o) => Object.values(o).reduce((a, b) => a + b, 0);
const n = (x) => String(x ?? 'unknown').padStart(8);

console.log('outcomes of the rows:', Object.entries(counting.outcomes).map(([k, v]) => `${k} ${v}`).join(', '));
must(sum(counting.outcomes) === visits.rows_to_date, 'the outcomes do not sum to the rows');
console.log(`repeats (same household, day, team, list): ${counting.repeats}\n`);

console.log('stage          state  at least     raw');
for (const stage of Object.keys(county.state)) console.log(stage.padEnd(12) + n(county.state[stage]) + n(county.at_least_here[stage]) + '  ' + n(county.raw[stage]));
must(sum(county.state) === county.visited.of, 'the states do not sum to the enumerated');
const { at_least, counted, at_most, of } = county.visited;
console.log(`\nvisited: at least ${at_least}, counted ${counted}, at most ${at_most} of ${of}; ${county.more_to_90} more reach 90 %`);
must(at_least <= counted && counted <= at_most && (counted + county.more_to_90) * 10 >= of * 9 && (counted + county.more_to_90 - 1) * 10 < of * 9, 'the bounds or the target do not hold');

console.log(`\nteam-weeks: ${integrity.team_weeks}, findings flagged: ${integrity.flagged.length}`);
for (const f of integrity.flagged) console.log(`  ${f.team} ${f.week}: ${f.finding.en}`);

console.log();
for (const d of counting.divisions.filter((one) => one.numerator === 44306)) console.log(`${d.sentence.en}${d.explanation ? `\n    ${d.explanation.en}` : ''}`);
for (const why of counting.why_percentages_differ.slice(-2)) console.log(`  ${why.en}`);
