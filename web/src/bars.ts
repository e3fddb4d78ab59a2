// The bars around the map: header, question switch, layers menu, zoom buttons and footer.
import { set_finding, set_level, set_question, set_town } from "./choose";
import { h, put } from "./dom";
import { finding_tally } from "./finding";
import type { Model } from "./model";
import { changed, overlay_order, questions_of, type Overlay, type Question, type State, type Store } from "./state";
import { has_words, level_name, say, week_parts, type Key } from "./strings";

interface Choice<T> { value: T; text: string }

/** A row of buttons of which one is pressed. */
function segments<T extends string>(label: string, choices: Choice<T>[], chosen: T, choose: (value: T) => void): HTMLElement {
  return h("div", { class: "segments", role: "group", "aria-label": label }, ...choices.map(({ value, text }) =>
    h("button", { type: "button", "data-value": value, "aria-pressed": String(value === chosen), click: () => choose(value) }, text)));
}

function as_of_words(model: Model, state: State): string {
  const { w } = week_parts(model.data.week);
  const week = say(state.lang, "week_of", { w });
  return state.lang === "zh" ? `${say("zh", "as_of")} ${model.data.as_of} ${week}` : `${say("en", "as_of")} ${model.data.as_of}, ${week}`;
}

export function make_header(model: Model, store: Store, print: () => void): HTMLElement {
  const element = h("header", {});
  const draw = (): void => {
    const state = store.state();
    const { lang } = state;
    const town = h("select", { id: "town", change: () => set_town(model, store, town.value) },
      h("option", { value: "" }, say(lang, "all_towns")),
      ...model.towns.map((t) => h("option", { value: t.code, selected: t.code === state.town }, t.name)));
    put(element,
      h("div", { class: "title" }, h("h1", {}, model.data.title[lang]), h("span", { class: "as-of" }, as_of_words(model, state)),
        model.data.demo ? h("span", { class: "flag" }, say(lang, "demo")) : null),
      h("label", { class: "field", for: "town" }, say(lang, "town"), town),
      h("div", { class: "field level-field" }, h("span", {}, say(lang, "level")), segments(say(lang, "level"), model.data.levels.map((l) => ({ value: l, text: level_name(lang, l) })), state.level, (l) => set_level(model, store, l))),
      segments(say(lang, "language"), [{ value: "zh", text: "中" }, { value: "en", text: "EN" }], lang, (l) => store.set({ lang: l })),
      h("button", { type: "button", class: "button print-button", click: print }, say(lang, "print")));
  };
  redraw_on(store, element, draw, "lang", "level", "town");
  return element;
}

export function make_questions(model: Model, store: Store): HTMLElement {
  const element = h("nav", { class: "questions" });
  const draw = (): void => {
    const { lang, question } = store.state();
    put(element, h("span", { class: "dim" }, say(lang, "question")),
      segments(say(lang, "question"), questions_of(model).map((q) => ({ value: q, text: question_words(model, store.state(), q) })), question, (q) => set_question(model, store, q)));
  };
  redraw_on(store, element, draw, "lang", "question");
  return element;
}

/** The short name of a question; a surface that has none goes by its label. */
function question_words(model: Model, { lang }: State, question: Question): string {
  const key = `q_${question}`;
  return has_words(key) ? say(lang, key) : model.data.surfaces.find((s) => s.id === question)?.label[lang] ?? question;
}

/** Which finding the map shows: one at a time, each with what it found, so that an empty one need not be opened. */
export function make_finding_chooser(model: Model, store: Store): HTMLElement {
  const element = h("div", { class: "finding-bar" });
  const draw = (): void => {
    const { lang, question, finding } = store.state();
    element.hidden = question !== "findings";
    if (element.hidden) return put(element);
    const select = h("select", { id: "finding", change: () => { const chosen = model.findings.get(select.value); if (chosen) set_finding(model, store, chosen); } },
      ...[...model.findings.values()].map((f) => h("option", { value: f.id, selected: f.id === finding }, [f.label[lang], finding_tally(f, lang)].filter(Boolean).join(" · "))));
    put(element, h("label", { class: "field", for: "finding" }, say(lang, "finding"), select));
  };
  redraw_on(store, element, draw, "lang", "question", "finding");
  return element;
}

export function make_layers_menu(store: Store): HTMLElement {
  const summary = h("summary", { class: "button" });
  const body = h("div", { class: "menu" });
  const element = h("details", { class: "layers-menu" }, summary, body);
  const toggle = (overlay: Overlay) => {
    const now = store.state().overlays;
    store.set({ overlays: overlay_order.filter((o) => (o === overlay) !== now.includes(o)).join("") });
  };
  const draw = (): void => {
    const { lang, overlays, question } = store.state();
    summary.textContent = say(lang, "layers");
    put(body, ...overlay_order.filter((overlay) => overlay !== "p" || question === "findings").map((overlay) => {
      const always = overlay === "s" && question === "sites";
      return h("label", {}, h("input", { type: "checkbox", "data-value": overlay, checked: always || overlays.includes(overlay), disabled: always, change: () => toggle(overlay) }), say(lang, `layer_${overlay}`));
    }));
  };
  element.addEventListener("keydown", (event) => { if (event.key === "Escape") { element.open = false; summary.focus(); } });
  document.addEventListener("pointerdown", (event) => { if (!element.contains(event.target as Node)) element.open = false; });
  redraw_on(store, body, draw, "lang", "overlays", "question");
  return element;
}

export function make_zoom(store: Store, map: () => { zoom_by(step: number): void; fit_all(): void }): HTMLElement {
  const element = h("div", { class: "zoom" });
  const draw = (): void => {
    const { lang } = store.state();
    const button = (key: Key, sign: string, act: () => void) => h("button", { type: "button", class: "button icon", title: say(lang, key), "aria-label": say(lang, key), click: act }, sign);
    put(element, button("zoom_in", "+", () => map().zoom_by(1)), button("zoom_out", "−", () => map().zoom_by(-1)), button("zoom_all", "⤢", () => map().fit_all()));
  };
  redraw_on(store, element, draw, "lang");
  return element;
}

export function make_footer(model: Model, store: Store): HTMLElement {
  const element = h("footer", {});
  const { data } = model;
  const draw = (): void => {
    const { lang } = store.state();
    put(element,
      h("p", {}, h("span", {}, say(lang, "data_as_of", { d: data.as_of })), data.demo ? h("strong", {}, say(lang, "demo_long")) : null,
        h("span", { title: say(lang, "scope_text") }, `${say(lang, "scope")}${lang === "zh" ? "：" : ": "}${say(lang, "scope_text")}`)),
      h("details", {}, h("summary", {}, say(lang, "details")),
        h("dl", {}, h("dt", {}, say(lang, "formula")), h("dd", {}, data.formula[lang]),
          h("dt", {}, say(lang, "parameters")), h("dd", {}, data.parameters.map((p) => `${p.label[lang]} ${p.value[lang]}`).join(" · ")),
          h("dt", {}, say(lang, "outputs")), h("dd", {}, ...data.outputs.flatMap((o) => [h("a", { href: o.path }, o.label[lang]), " "])))));
  };
  redraw_on(store, element, draw, "lang");
  return element;
}

/** Draws now and on each change of the keys, and keeps the focus on the same control. */
function redraw_on(store: Store, element: HTMLElement, draw: () => void, ...keys: (keyof State)[]): void {
  draw();
  store.subscribe((state, before) => {
    if (!changed(state, before, ...keys)) return;
    const controls = () => [...element.querySelectorAll<HTMLElement>("button, select, input")];
    const held = controls().indexOf(document.activeElement as HTMLElement);
    draw();
    if (held >= 0) controls()[held]?.focus();
  });
}
