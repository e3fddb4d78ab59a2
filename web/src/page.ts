// The page: reads the data, makes the parts and lays them out.
import { make_card } from "./card";
import { read_data } from "./data";
import { h, put } from "./dom";
import { make_finding_chooser, make_footer, make_header, make_layers_menu, make_questions, make_zoom } from "./bars";
import { make_ground } from "./ground";
import { make_legend } from "./legend";
import { make_map, type MapPart } from "./map";
import { make_model } from "./model";
import { make_print, type PrintPart } from "./print";
import { bind_hash, changed, make_store, parse_hash, type State } from "./state";
import { say } from "./strings";
import { north_arrow } from "./symbols";
import { make_table } from "./table";
import { make_week } from "./week";

function start(): void {
  const app = document.getElementById("app");
  const data = read_data();
  if (!app) return;
  if (!("version" in data)) {
    put(app, h("p", { class: "plain" }, data.zh), h("p", { class: "plain", lang: "en" }, data.en));
    return;
  }
  const model = make_model(data);
  const store = make_store(parse_hash(location.hash, model));
  const ground = make_ground(model);

  let map: MapPart | null = null;
  let printer: PrintPart | null = null;
  const go_to = (code: string) => map?.fit_unit(code);
  const moves = { to_unit: go_to, to_shape: (id: string) => map?.fit_shape(id) };
  const canvas = h("div", { class: "map" });
  const scale = h("div", { class: "scale" });
  const crs = h("span", { class: "crs" });

  put(app,
    make_header(model, store, () => printer?.print()),
    h("main", {},
      h("div", { class: "side" }, make_table(model, store, go_to).element, make_card(model, store, moves).element),
      h("div", { class: "stage" },
        make_questions(model, store),
        make_finding_chooser(model, store),
        h("div", { class: "map-frame" }, canvas,
          h("div", { class: "map-tools" }, make_layers_menu(store), make_zoom(store, () => map as MapPart)),
          h("div", { class: "map-foot" }, scale, north_arrow(), crs),
          make_legend(model, store).element),
        make_week(model, store))),
    make_footer(model, store));

  performance.mark("gapmap:laid-out");
  map = make_map(model, ground, store, canvas, scale);
  map.map.once("rendercomplete", () => performance.mark("gapmap:drawn"));
  printer = make_print(model, ground, store, map.map);
  bind_hash(store, model);

  const name_page = (state: State): void => {
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    document.title = `${data.title[state.lang]} ${data.as_of}`;
    crs.textContent = say(state.lang, "crs");
  };
  store.subscribe((state, before) => { if (changed(state, before, "lang")) name_page(state); });
  name_page(store.state());
}

start();
