// Short statements about findings, used by chooser, legend, table, card and sheet alike.
import type { Finding, FindingSeries, Lang, Unit } from "./data";
import { number } from "./format";
import { look_in, type Look } from "./look";
import type { Model } from "./model";
import type { State } from "./state";
import { say, status_name } from "./strings";

/** The words for a look in a finding: the class's own, or what stands for none. */
export function look_name(finding: Finding, look: Look, lang: Lang): string {
  if (typeof look === "number") return finding.classes[look]?.label[lang] ?? "";
  if (look === "none" && finding.none) return finding.none[lang];
  return look === "none" || look === "closed" ? say(lang, `look_${look}`) : status_name(lang, look);
}

/** What the unit would be called without adjustment; empty where adjustment changes nothing or nothing may be said. */
export function plain_name(finding: Finding, unit: Unit, lang: Lang): string {
  const says = finding.units[unit.code];
  if (!finding.gate.open || !says || says.status !== "ok" || says.plain === says.class) return "";
  return finding.classes.find((c) => c.id === says.plain)?.label[lang] ?? look_name(finding, "none", lang);
}

/** "High-high (without adjustment: ...)", for tooltip and print. */
export function finding_words(finding: Finding, unit: Unit, lang: Lang): string {
  const plain = plain_name(finding, unit, lang);
  const name = look_name(finding, look_in(finding, unit), lang);
  return plain ? `${name} · ${say(lang, "unadjusted", { c: plain })}` : name;
}

/** What a chooser says beside the name: that the gate is closed, or how much was found. */
export function finding_tally(finding: Finding, lang: Lang): string {
  if (!finding.gate.open) return say(lang, "gate_short");
  if (finding.level !== null) return say(lang, "n_coloured", { n: Object.values(finding.units).filter((u) => u.status === "ok" && u.class !== null).length });
  return finding.series ? say(lang, "n_flagged", { n: finding.series.flagged.filter(Boolean).length }) : "";
}

/** Which periods are over the limit, in words. */
export function flagged_words(series: FindingSeries, lang: Lang): string {
  const flagged = series.x.filter((_, i) => series.flagged[i]);
  return flagged.length > 0 ? say(lang, "series_flagged_list", { x: flagged.join(lang === "zh" ? "、" : ", ") }) : say(lang, "series_none");
}

/** How many tests were run, as the legend says it; empty where the data do not tell. */
export function tests_count(model: Model, { lang }: State): string {
  const run = model.data.tests_run;
  return run ? say(lang, "tests_run", { n: number(run.count) }) : "";
}

/** The sentence about it, with the number where it does not name it. */
export function tests_words(model: Model, state: State): string {
  const run = model.data.tests_run;
  if (!run) return "";
  const sentence = run.sentence[state.lang];
  return sentence.replaceAll(",", "").includes(String(run.count)) ? sentence : `${tests_count(model, state)}${state.lang === "zh" ? "" : " "}${sentence}`;
}

/** The findings about units of one level; the one that the map shows comes first. */
export function findings_of_unit(model: Model, state: State, unit: Unit): Finding[] {
  const all = [...model.findings.values()].filter((f) => f.level === unit.level);
  const shown = state.question === "findings" ? state.finding : "";
  return [...all.filter((f) => f.id === shown), ...all.filter((f) => f.id !== shown)];
}
