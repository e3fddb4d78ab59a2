// How the page looks and reads: legends that speak of what is shown, paper, contrast, language, sizes of screen.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { complaints, data, drawn, hash_of, in_level, inner_point, open, press, ramps, ranked, screen_place, settle, shot, shots } from "./portal.mjs";

const a4_landscape_px = { width: Math.round((277 / 25.4) * 96), height: Math.round((190 / 25.4) * 96) };
const town_code = () => in_level("town").at(-1).code;

/** The sheet as it stands while the printer is asked: its text, and what of it is cut off or out of the page. */
async function printed(page, name) {
  await page.evaluate(() => window.addEventListener("beforeprint", () => {
    const sheet = document.querySelector("#sheet");
    const first = sheet.querySelector(".sheet-map-page");
    const frame = first.getBoundingClientRect();
    const cut = [...first.querySelectorAll("h1, h3, p, li, div, span")].filter((e) => {
      const box = e.getBoundingClientRect();
      return !e.closest(".sheet-map") && box.width > 0 && (box.bottom > frame.bottom + 1 || box.right > frame.right + 1);
    }).map((e) => e.className || e.textContent.slice(0, 30));
    const map = sheet.querySelector(".sheet-map").getBoundingClientRect();
    window.printed = { first: first.textContent, second: sheet.querySelector(".sheet-table").textContent, cut, height: first.scrollHeight, map: { width: map.width, height: map.height } };
  }));
  await page.pdf({ path: join(shots, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  return page.evaluate(() => window.printed);
}

test("the legend of coverage speaks of the measure that is shown", async () => {
  const page = await open("#q=coverage");
  const { coverage } = data.classes;
  for (const lang of ["zh", "en"]) {
    await press(page, "语言", lang);
    for (const [index, meaning, other] of [[0, coverage, coverage.visited], [1, coverage.visited, coverage]]) {
      await page.locator(".measure button").nth(index).click();
      const legend = await page.textContent(".legend-body");
      assert.ok(legend.includes(meaning.unit[lang]) && legend.includes(meaning.note[lang]), `measure ${index}, ${lang}: ${legend}`);
      assert.ok(!legend.includes(other.unit[lang]) && !legend.includes(other.note[lang]), `measure ${index}, ${lang} speaks of the other: ${legend}`);
    }
  }
  await page.close();
});

test("equal class breaks make no class: no range in the legend has two equal ends", async () => {
  const page = await open();
  for (const level of data.levels) {
    await press(page, "层级", level);
    const ranges = await page.$$eval(".legend-rows li span:nth-of-type(1)", (spans) => spans.map((s) => s.textContent));
    for (const range of ranges) assert.doesNotMatch(range, /^(\S+) – \1$/);
    const breaks = data.classes.gap.breaks_by_level?.[level] ?? data.classes.gap.breaks;
    assert.equal(ranges.filter((r) => /[≤–>]/.test(r)).length, new Set(breaks).size + 1);
  }
  await page.close();
});

test("a card says each kind of coverage once, and that neighbouring ranks may differ by chance", async () => {
  for (const [lang, words] of [["zh", "相邻名次的差别可能只是偶然"], ["en", "Neighbouring ranks may differ by chance alone"]]) {
    const page = await open(`#l=${lang}&u=${ranked("village")[0].code}`);
    const heads = await page.$$eval(".cascade .step-head > span:first-child", (spans) => spans.map((s) => s.textContent.toLowerCase()));
    assert.equal(heads.filter((h) => /有效覆盖|effective/.test(h)).length, 1, heads.join());
    assert.ok((await page.textContent(".card")).includes(words));
    await page.close();
  }
});

test("the town filter takes the colours off the other towns", async () => {
  const page = await open();
  const rival = in_level("village").find((u) => u.town !== town_code() && u.gap.status === "ok");
  await page.selectOption("#town", town_code());
  await page.click(".zoom button:nth-child(2)");
  await page.waitForFunction(() => /[#&]v=/.test(location.hash)); // the address follows the view, a moment later
  await settle(page);
  await page.goto(page.url().replace(/&v=[^&]*/, `&v=${inner_point(rival.geometry).map((v) => v.toFixed(5)).join()},13`));
  await page.reload();
  await drawn(page);
  await settle(page);
  const { x, y } = await screen_place(page, inner_point(rival.geometry));
  const painted = () => page.evaluate(([px, py]) => {
    const found = [];
    for (const canvas of document.querySelectorAll(".map canvas")) {
      const box = canvas.getBoundingClientRect();
      const at = canvas.getContext("2d").getImageData(Math.round((px - box.x) * canvas.width / box.width) + 20, Math.round((py - box.y) * canvas.height / box.height) + 26, 1, 1).data;
      if (at[3] === 255) found.push(`#${[...at].slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join("")}`);
    }
    return found;
  }, [x, y]);
  // The map after a reload takes as long as the machine lets it.
  let hex = await painted();
  for (let tries = 0; hex.length === 0 && tries < 40; ++tries) {
    await settle(page);
    hex = await painted();
  }
  assert.equal((await hash_of(page)).t, town_code());
  assert.ok(hex.length > 0, "nothing is drawn there");
  for (const colour of hex) assert.ok(!ramps.gap.includes(colour), `a village of another town is painted ${colour}`);
  await page.close();
});

test("the sheet says which ground it shows, and nothing of it is cut", async () => {
  for (const lang of ["zh", "en"]) {
    const whole = { zh: "全县 ·", en: "whole county ·" }[lang];
    const part = { zh: "全县的一部分", en: "part of the county" }[lang];
    const cases = [["gap", "", whole], ["coverage", "&m=visited", whole], ["risk", "", whole], ["sites", "", whole],
      ["gap", `&v=${inner_point(ranked("village")[0].geometry).map((v) => v.toFixed(4)).join()},13`, part]];
    for (const [n, [question, rest, words]] of cases.entries()) {
      const page = await open(`#l=${lang}&q=${question}${rest}`);
      const sheet = await printed(page, `sheet-${lang}-${n}`);
      assert.ok(sheet.first.includes(words), `${lang} ${question}: ${sheet.first.slice(0, 200)}`);
      assert.deepEqual(sheet.cut, [], `${lang} ${question}`);
      assert.ok(sheet.height <= a4_landscape_px.height, `${lang} ${question}: the first page is ${sheet.height} px high`);
      assert.ok(sheet.map.height > 0.5 * a4_landscape_px.height, `${lang} ${question}: the map has shrunk to ${sheet.map.height} px`);
      for (const p of data.parameters) assert.ok(sheet.first.includes(`${p.label[lang]} ${p.value[lang]}`), p.key);
      for (const must of [data.as_of, "km", "EPSG:4490", data.formula[lang]]) assert.ok(sheet.first.includes(must), must);
      assert.ok(sheet.second.includes(ranked("village")[0].name));
      await page.close();
    }
  }
});

/** Texts whose contrast with the ground behind them is under 4.5 to 1, and texts that their box cuts. */
function weak_texts(page) {
  return page.evaluate(() => {
    const parse = (css) => css.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
    const ground = (e) => { for (let at = e; at; at = at.parentElement) { const c = parse(getComputedStyle(at).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
    const weak = [], cut = [];
    for (const e of document.querySelectorAll("#app *")) {
      if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.closest("svg, option") || e.getClientRects().length === 0) continue;
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((p, q) => q - p);
      if ((a + 0.05) / (b + 0.05) < 4.5) weak.push(`${e.textContent.slice(0, 30)} ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
      const style = getComputedStyle(e);
      if (style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && !e.title) cut.push(e.textContent.slice(0, 40));
    }
    return { weak, cut };
  });
}

test("text stands out from its ground and is not cut, in both languages and on each screen", async () => {
  for (const [width, height] of [[1366, 768], [1920, 1080], [390, 844]]) {
    for (const lang of ["zh", "en"]) {
      const page = await open(`#l=${lang}&q=coverage&u=${ranked("village")[0].code}`, { width, height });
      assert.deepEqual(await weak_texts(page), { weak: [], cut: [] }, `${width} ${lang}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${width} ${lang} scrolls sideways`);
      await shot(page, `${width}-${lang}-coverage`, { fullPage: width === 390 });
      await page.close();
    }
  }
});

test("in English everything but names is English", async () => {
  const page = await open(`#l=en&u=${ranked("village")[0].code}`);
  await page.click("footer summary");
  const names = [...new Set([data.county.name, "中", ...data.units.flatMap((u) => [u.name, u.organisation ?? ""]), ...(JSON.stringify(ranked("village")[0].rates.map((r) => r.label.en)).match(/[\u4e00-\u9fff]+/g) ?? [])])].sort((a, b) => b.length - a.length);
  const left = await page.$$eval("#app *", (elements, known) => elements.filter((e) => !e.closest("option, select")).flatMap((e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent)
    .concat(["title", "aria-label"].map((a) => e.getAttribute(a) ?? ""))).map((t) => known.reduce((text, name) => (name ? text.replaceAll(name, "") : text), t)).filter((t) => /[\u4e00-\u9fff]/.test(t)), names);
  assert.deepEqual(left, []);
  await page.close();
});

test("no request left the machine and the console stayed silent", () => {
  assert.deepEqual(complaints, []);
});
