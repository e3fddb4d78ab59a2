// Choices that touch more than one field of the state.
import type { Finding, Level } from "./data";
import { ancestor, type Model } from "./model";
import type { Question, Store } from "./state";

/** A new level keeps the chosen unit where one of its parents is of that level. */
export function set_level(model: Model, store: Store, level: Level): void {
  store.set({ level, unit: ancestor(model, store.state().unit, level)?.code ?? "", hover: "" });
}

export function set_town(model: Model, store: Store, town: string): void {
  const unit = model.by_code.get(store.state().unit);
  store.set({ town, unit: unit && (!town || unit.town === town) ? unit.code : "", hover: "" });
}

/** A finding comes with its own level. */
export function set_finding(model: Model, store: Store, finding: Finding): void {
  const level = finding.level ?? store.state().level;
  const unit = ancestor(model, store.state().unit, level)?.code ?? "";
  store.set({ question: "findings", finding: finding.id, level, unit, hover: "" });
}

export function set_question(model: Model, store: Store, question: Question): void {
  const finding = model.findings.get(store.state().finding);
  if (question === "findings" && finding) set_finding(model, store, finding);
  else store.set({ question });
}
