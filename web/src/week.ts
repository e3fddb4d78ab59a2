// The week slider: it moves coverage and sites; other questions are of the as-of day and say so.
import { h, put } from "./dom";
import { is_latest } from "./look";
import type { Model } from "./model";
import { changed, type State, type Store } from "./state";
import { say, week_parts } from "./strings";

export function week_words(model: Model, state: State): string {
  const { y, w } = week_parts(model.data.weeks[state.week] ?? "");
  return say(state.lang, "week_value", { y, w, d: model.data.week_ends[state.week] ?? "" });
}

export function make_week(model: Model, store: Store): HTMLElement {
  const slider = h("input", { type: "range", id: "week", min: 0, max: model.last_week, step: 1, input: () => store.set({ week: Number(slider.value) }) });
  const move = (by: number) => () => store.set({ week: Math.max(0, Math.min(model.last_week, store.state().week + by)) });
  const before_button = h("button", { type: "button", class: "button icon", click: move(-1) }, "‹");
  const after_button = h("button", { type: "button", class: "button icon", click: move(1) }, "›");
  const latest = h("button", { type: "button", class: "button", click: () => store.set({ week: model.last_week }) });
  const words = h("output", { for: "week", class: "week-words" });
  const moving = h("div", { class: "week-moving" }, before_button, slider, after_button, latest);
  const element = h("div", { class: "week" }, moving, words);
  const draw = (): void => {
    const state = store.state();
    const weekly = state.question === "coverage" || state.question === "sites";
    moving.hidden = !weekly;
    put(words, weekly ? week_words(model, state) : say(state.lang, "week_fixed", { d: model.data.as_of }));
    slider.value = String(state.week);
    slider.setAttribute("aria-label", say(state.lang, "week"));
    slider.setAttribute("aria-valuetext", week_words(model, state));
    before_button.setAttribute("aria-label", say(state.lang, "week_before"));
    after_button.setAttribute("aria-label", say(state.lang, "week_after"));
    before_button.disabled = state.week <= 0;
    after_button.disabled = latest.disabled = is_latest(model, state);
    latest.textContent = say(state.lang, "week_latest");
  };
  store.subscribe((state, before) => { if (changed(state, before, "week", "question", "lang")) draw(); });
  draw();
  return element;
}
