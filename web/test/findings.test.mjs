// Statistical findings on the page: nothing is coloured that its own test does not support, and what is can be told without colour.
// Runs on any portal whose data have findings (which portal: portal.mjs); without PORTAL_DIR on the fixture with made-up ones.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { colours_on_map, complaints, data, drawn, hash_of, in_level, inner_point, open, press, screen_place, settle, shot, shots } from "./portal.mjs";

const findings = data.findings ?? [];
const langs = ["zh", "en"];
const hatch = ["#e3e3e0", "#6b7076"];
const nothing = "#f6f2e4";
const closed_words = { zh: "数据太少，不下结论", en: "Too few data: no conclusion" };
const classes_of = (finding) => finding.classes.filter((c) => Object.values(finding.units).some((u) => u.status === "ok" && u.class === c.id));
const filled = findings.filter((f) => f.gate.open && f.level !== null && classes_of(f).length > 0);
const closed = findings.filter((f) => !f.gate.open);
const address = (finding, rest = "") => `#q=findings&f=${finding.id}${rest}`;
const luminance = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };

test("the question of findings is offered where there are findings, and shows one at a time with its own level", async () => {
  assert.ok(findings.length > 0, "the portal has no findings: give it some (tests/e2e/page_findings.mjs)");
  const page = await open();
  await press(page, "看什么", "findings");
  for (const finding of findings) {
    await page.selectOption("#finding", finding.id);
    await settle(page);
    const hash = await hash_of(page);
    assert.deepEqual([hash.q, hash.f], ["findings", finding.id]);
    if (finding.level) assert.equal(hash.lv, finding.level);
    const card = await page.textContent(".card");
    for (const words of [finding.label.zh, finding.card.zh, finding.gate.sentence.zh, ...finding.parameters.flatMap((p) => [p.label.zh, p.value.zh])]) assert.ok(card.includes(words), `${finding.id} does not say "${words}"`);
    assert.equal(card.includes(closed_words.zh), !finding.gate.open);
    assert.ok((await page.textContent(".legend")).includes(finding.label.zh));
    await shot(page, `finding-${finding.id}`);
  }
  await page.close();
});

test("a finding colours the units that its adjusted test names, with their marks, and no others", async () => {
  for (const finding of filled) {
    const page = await open(address(finding));
    const named = classes_of(finding);
    const counts = await colours_on_map(page, [...finding.classes.map((c) => c.colour), "#ffffff", "#1f2328"]);
    const outlined = new Set(finding.shapes.map((s) => s.class));
    for (const c of finding.classes) {
      if (named.includes(c)) assert.ok(counts[c.colour] > 20, `${finding.id}: ${c.id} is not on the map`);
      else if (!outlined.has(c.id) && !named.some((n) => n.colour === c.colour)) assert.ok(counts[c.colour] < 20, `${finding.id}: ${c.id} is on the map and names no unit`);
    }
    await page.close();
  }
});

test("what only an unadjusted test would name is not filled: the place has the colour of nothing found", async () => {
  let tried = 0;
  for (const finding of filled) {
    const only_plain = in_level(finding.level).filter((u) => { const f = finding.units[u.code]; return f?.status === "ok" && f.class === null && f.plain !== null; });
    if (only_plain.length === 0) continue;
    const page = await open(address(finding, "&o="));
    const counts = await colours_on_map(page, [nothing]);
    assert.ok(counts[nothing] > 40, `${finding.id}: units without a finding lack their colour`);
    for (const unit of only_plain.slice(0, 4)) {
      const { x, y } = await screen_place(page, inner_point(unit.geometry));
      const seen = await page.evaluate(([px, py]) => [...document.querySelectorAll(".map canvas")].map((canvas) => {
        const box = canvas.getBoundingClientRect();
        const at = canvas.getContext("2d").getImageData(Math.round((px - box.x) * canvas.width / box.width), Math.round((py - box.y) * canvas.height / box.height), 1, 1).data;
        return `#${[...at].slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join("")}`;
      }), [x, y]);
      for (const c of finding.classes) assert.ok(!seen.includes(c.colour), `${finding.id}: ${unit.name} is filled as ${c.id}`);
      ++tried;
    }
    await page.close();
  }
  assert.ok(tried > 0 || filled.length === 0 || data.demo !== true, "no unit has a plain class alone");
});

test("a closed gate hatches every unit, colours none, draws no outline, and says why in card, legend and table", async () => {
  for (const finding of closed) {
    for (const lang of langs) {
      const page = await open(address(finding, `&l=${lang}`));
      const legend = await page.textContent(".legend");
      assert.ok(legend.includes(finding.gate.sentence[lang]), `${finding.id}: the legend does not say why`);
      assert.ok((await page.textContent(".card")).includes(closed_words[lang]));
      await shot(page, `finding-closed-${finding.id}-${lang}`);
      await page.goto(page.url().replace(/o=[^&]*/, "o="));   // names fade into greys that a class may have
      await page.reload();
      await drawn(page);
      const counts = await colours_on_map(page, [...finding.classes.map((c) => c.colour), ...hatch]);
      for (const c of finding.classes) assert.ok(counts[c.colour] < 20, `${finding.id}: ${c.id} is coloured behind a closed gate`);
      if (finding.level) {
        assert.ok(counts[hatch[0]] > 4000, `${finding.id}: units are not hatched`);
        assert.deepEqual(await page.$$eval(".legend-rows .num", (cells) => cells.map((c) => parseInt(c.textContent, 10))), [in_level(finding.level).length]);
        assert.equal(await page.locator(".rows-body .row-section").count(), 1);
      }
      const rows = await page.$$eval(".legend-rows li span", (spans) => spans.map((s) => s.textContent));
      for (const c of finding.classes) assert.ok(!rows.includes(c.label[lang]), `the legend speaks of ${c.id}`);
      await page.close();
    }
  }
});

test("the legend names every class, counts every unit once, and tells what colours mean and how many tests were run", async () => {
  for (const finding of filled) {
    for (const lang of langs) {
      const page = await open(address(finding, `&l=${lang}`));
      const legend = await page.textContent(".legend");
      for (const c of finding.classes) assert.ok(legend.includes(c.label[lang]));
      assert.match(legend, { zh: /校正检验次数以后仍然成立/, en: /after adjustment for the number of tests/ }[lang]);
      if (data.tests_run) assert.ok(legend.replaceAll(",", "").includes(String(data.tests_run.count)));
      const rows = await page.$$eval(".legend-rows li", (items) => items.map((li) => [li.querySelector("span").textContent, parseInt(li.querySelector(".num").textContent, 10)]));
      const units = rows.filter(([name]) => !/^(圈线|Outline)/.test(name)).reduce((sum, [, n]) => sum + n, 0);
      assert.equal(units, in_level(finding.level).length, finding.id);
      await page.close();
    }
  }
});

test("classes can be told apart without colour: another mark, or lightness that differs", () => {
  for (const finding of findings) {
    for (const [i, a] of finding.classes.entries()) {
      for (const b of finding.classes.slice(i + 1)) {
        if (a.mark === b.mark) assert.ok(contrast(a.colour, b.colour) >= 1.12, `${finding.id}: ${a.id} and ${b.id} look alike in grey`);
      }
    }
  }
});

test("marks are drawn over the colours on the map, and stand out from them", async () => {
  const finding = filled.find((f) => classes_of(f).some((c) => c.mark !== "none"));
  if (!finding) return;
  const page = await open(address(finding, "&o="));
  for (const c of classes_of(finding).filter((k) => k.mark !== "none")) {
    const ink = luminance(c.colour) > 0.18 ? "#1f2328" : "#ffffff";
    assert.ok(contrast(ink, c.colour) >= 4.5, `${c.id}: ${contrast(ink, c.colour).toFixed(1)}`);
    const unit = in_level(finding.level).find((u) => finding.units[u.code]?.class === c.id);
    const { x, y } = await screen_place(page, inner_point(unit.geometry));
    const spread = await page.evaluate(([px, py]) => {
      const lights = [];
      for (const canvas of document.querySelectorAll(".map canvas")) {
        const box = canvas.getBoundingClientRect();
        const scale = canvas.width / box.width;
        const { data: bytes } = canvas.getContext("2d").getImageData(Math.round((px - box.x) * scale) - 6, Math.round((py - box.y) * scale) - 6, 12, 12);
        for (let i = 0; i < bytes.length; i += 4) if (bytes[i + 3] > 0) lights.push(0.3 * bytes[i] + 0.59 * bytes[i + 1] + 0.11 * bytes[i + 2]);
      }
      return Math.max(...lights) - Math.min(...lights);
    }, [x, y]);
    assert.ok(spread > 60, `${c.id} (${c.mark}): grey levels spread over ${spread.toFixed(0)}`);
  }
  await page.close();
});

test("the card of a unit says what each finding says of it, adjusted first and unadjusted beside it", async () => {
  for (const lang of langs) {
    for (const level of new Set(findings.map((f) => f.level).filter(Boolean))) {
      const of_level = findings.filter((f) => f.level === level);
      const interesting = (u) => of_level.some((f) => f.gate.open && f.units[u.code]?.plain && f.units[u.code].plain !== f.units[u.code].class);
      const unit = in_level(level).find(interesting) ?? in_level(level)[0];
      const page = await open(`#lv=${level}&u=${unit.code}&l=${lang}`);
      for (const finding of of_level) {
        const item = await page.textContent(`[data-finding="${finding.id}"]`);
        const says = finding.units[unit.code];
        const label = (id) => finding.classes.find((c) => c.id === id)?.label[lang];
        assert.ok(item.includes(finding.label[lang]));
        if (!finding.gate.open) { assert.ok(item.includes(finding.gate.sentence[lang])); continue; }
        assert.ok(item.includes(says.sentence[lang]), `${finding.id}: ${item}`);
        if (says.class) assert.ok(item.includes(label(says.class)));
        if (says.plain && says.plain !== says.class) assert.ok(item.includes(label(says.plain)) && /不足为凭|no evidence/.test(item), item);
        else assert.doesNotMatch(item, /不足为凭|no evidence/);
      }
      await page.close();
    }
  }
});

test("a finding in the card of a unit leads to the finding, and × back to its method", async () => {
  const finding = filled.at(-1) ?? findings.at(-1);
  if (finding.level === null) return;
  const unit = in_level(finding.level)[3];
  const page = await open(`#lv=${finding.level}&u=${unit.code}`);
  await page.click(`[data-finding="${finding.id}"] .link`);
  await settle(page);
  let hash = await hash_of(page);
  assert.deepEqual([hash.q, hash.f, hash.u], ["findings", finding.id, unit.code]);
  assert.equal(await page.locator(".finding-item").first().getAttribute("data-finding"), finding.id, "what was asked does not come first");
  await page.click(".card-head [aria-label='关闭']");
  await settle(page);
  hash = await hash_of(page);
  assert.equal(hash.u, undefined);
  assert.ok((await page.textContent(".card")).includes(finding.card.zh));
  await page.close();
});

test("a finding of another level colours nothing, says so, and one press goes to its level", async () => {
  const finding = filled.find((f) => f.level === "village") ?? findings.find((f) => f.gate.open && f.level !== null);
  if (!finding) return;
  const other = data.levels.find((l) => l !== finding.level);
  const page = await open(address(finding, `&lv=${other}`));
  assert.equal((await hash_of(page)).lv, other);
  assert.match(await page.textContent(".legend"), /当前层级不着色/);
  await page.click(".other-level");
  await settle(page);
  assert.equal((await hash_of(page)).lv, finding.level);
  assert.ok(!(await page.isVisible(".other-level")));
  await page.close();
});

test("outlines stand on the map with their names, and a press in the card goes there", async () => {
  const finding = findings.find((f) => f.gate.open && f.shapes.length > 0);
  if (!finding) return;
  const page = await open(address(finding));
  const before = (await hash_of(page)).v;
  const first = finding.shapes[0];
  await page.click(`.shapes .link:has-text("${first.label.zh}")`);
  await settle(page);
  assert.notEqual((await hash_of(page)).v, before);
  assert.ok((await page.textContent(".shapes")).includes(first.sentence.zh));
  const colour = finding.classes.find((c) => c.id === first.class).colour;
  assert.ok((await colours_on_map(page, [colour]))[colour] > 200);
  const middle = inner_point(first.geometry);
  const { x, y } = await screen_place(page, middle);
  await page.mouse.move(x, y);
  await settle(page);
  if (await page.isVisible(".tooltip")) assert.ok((await page.textContent(".tooltip")).includes(first.label.zh));
  await page.close();
});

test("a series marks what is over its limit by shape, and says which in words", async () => {
  const finding = findings.find((f) => f.gate.open && f.series);
  if (!finding) return;
  for (const lang of langs) {
    const page = await open(address(finding, `&l=${lang}`));
    const { series } = finding;
    assert.equal(await page.locator(".series .flagged").count(), series.flagged.filter((f, i) => f && series.y[i] !== null).length);
    assert.ok((await page.locator(".series .limit").getAttribute("d")).length > 10);
    const card = await page.textContent(".card");
    series.x.forEach((x, i) => { if (series.flagged[i]) assert.ok(card.includes(x), x); });
    assert.match(await page.textContent(".legend"), { zh: /全县的结论/, en: /whole county/ }[lang]);
    await page.close();
  }
});

test("tables of findings are shown in full, in both languages", async () => {
  for (const finding of findings.filter((f) => f.table)) {
    for (const lang of langs) {
      const page = await open(address(finding, `&l=${lang}`));
      const cells = await page.$$eval(".finding-table th, .finding-table td", (all) => all.map((c) => c.textContent));
      assert.deepEqual(cells, [...finding.table.columns, ...finding.table.rows.flat()].map((c) => c[lang]));
      await page.close();
    }
  }
});

test("the whole of it can be reached and worked by keyboard", async () => {
  const page = await open();
  await page.locator('[aria-label="看什么"] button[data-value="findings"]').focus();
  await page.keyboard.press("Enter");
  await settle(page);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.value), "findings", "the focus is lost on the question");
  await page.keyboard.press("Tab");
  if ((await page.evaluate(() => document.activeElement.id)) !== "finding") await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "finding", "the chooser does not follow the questions");
  await page.keyboard.press("ArrowDown");
  await settle(page);
  assert.equal((await hash_of(page)).f, findings[Math.min(1, findings.length - 1)].id);
  assert.equal(await page.evaluate(() => document.activeElement.id), "finding", "the focus is lost on the chooser");
  await page.locator(".card").focus();
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("card")), "the card cannot be scrolled by keyboard");
  await page.close();
});

test("the address brings back the finding and its view", async () => {
  const finding = filled.at(-1) ?? findings.at(-1);
  const page = await open(address(finding, "&l=en&o=tvp"));
  await settle(page);
  const before = await hash_of(page);
  await page.reload();
  await drawn(page);
  await settle(page);
  assert.deepEqual(await hash_of(page), before);
  assert.equal(await page.inputValue("#finding"), finding.id);
  assert.ok((await page.textContent(".card")).includes(finding.card.en));
  await page.goto(page.url().replace(`f=${finding.id}`, "f=no-such-finding"));
  await page.reload();
  await drawn(page);
  assert.equal((await hash_of(page)).f, findings[0].id, "an unknown finding does not fall back to the first");
  await page.close();
});

test("what an unadjusted test would say is outlined only when asked for, and the legend calls it no evidence", async () => {
  const finding = filled.find((f) => Object.values(f.units).some((u) => u.status === "ok" && u.class === null && u.plain !== null));
  if (!finding) return;
  const page = await open(address(finding));
  assert.doesNotMatch(await page.textContent(".legend"), /不足为凭/);
  await page.click("summary:has-text('图层')");
  await page.click(".menu input[data-value='p']");
  await settle(page);
  assert.match((await hash_of(page)).o, /p/);
  assert.match(await page.textContent(".legend"), /不足为凭/);
  await page.close();
});

test("the sheet carries the finding's card, gate, parameters and results, and nothing of it is cut", async () => {
  const chosen = [filled[0], closed[0], findings.find((f) => f.series), findings.find((f) => f.shapes.length > 0), findings.find((f) => f.classes.length > 6)].filter(Boolean);
  for (const finding of chosen) {
    for (const lang of langs) {
      const page = await open(address(finding, `&l=${lang}`));
      await page.evaluate(() => window.addEventListener("beforeprint", () => {
        const first = document.querySelector(".sheet-map-page");
        const frame = first.getBoundingClientRect();
        const cut = [...first.querySelectorAll("h1, h3, p, li, div, span")].filter((e) => { const box = e.getBoundingClientRect(); return !e.closest(".sheet-map") && box.width > 0 && (box.bottom > frame.bottom + 1 || box.right > frame.right + 1); });
        window.printed = { first: first.textContent, results: document.querySelector(".sheet-results")?.textContent ?? "", table: document.querySelector(".sheet-table").textContent,
          cut: cut.map((e) => e.textContent.slice(0, 30)), map: first.querySelector(".sheet-map").getBoundingClientRect().height / frame.height };
      }));
      await page.pdf({ path: join(shots, `sheet-${finding.id}-${lang}.pdf`), preferCSSPageSize: true, printBackground: true });
      const sheet = await page.evaluate(() => window.printed);
      for (const words of [finding.label[lang], finding.card[lang], finding.gate.sentence[lang], ...finding.parameters.flatMap((p) => [p.label[lang], p.value[lang]])]) assert.ok(sheet.first.includes(words), `${finding.id}: the sheet lacks "${words}"`);
      assert.deepEqual(sheet.cut, [], finding.id);
      assert.ok(sheet.map > 0.5, `${finding.id}: the map has shrunk to ${sheet.map.toFixed(2)} of the sheet`);
      for (const cell of finding.table?.rows.flat() ?? []) assert.ok(sheet.results.includes(cell[lang]));
      if (finding.gate.open) for (const shape of finding.shapes) assert.ok(sheet.results.includes(shape.sentence[lang]));
      assert.ok(sheet.table.includes(data.formula[lang]), "the table of the gap lacks its formula");
      await page.close();
    }
  }
});

test("lines of equal p lie over a surface of relative risk, and its legend explains them", async () => {
  const surface = data.surfaces.find((s) => s.contours?.length > 0);
  if (!surface) return;
  for (const lang of langs) {
    const page = await open(`#q=${surface.id}&l=${lang}&o=`);
    const legend = await page.textContent(".legend");
    for (const p of new Set(surface.contours.map((c) => c.properties.p))) assert.ok(legend.includes(String(Number(p.toFixed(4)))), `${p} is not in the legend`);
    assert.ok((await colours_on_map(page, ["#1f2328"]))["#1f2328"] > 100, "the lines are not on the map");
    await shot(page, `relative-risk-${lang}`);
    await page.close();
  }
});

test("nothing scrolls sideways or falls below 13 px, on a wall, a desk and a phone", async () => {
  for (const [width, height] of [[1920, 1080], [1366, 768], [390, 844]]) {
    for (const finding of findings) {
      for (const lang of langs) {
        const page = await open(address(finding, `&l=${lang}`), { width, height });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${finding.id} ${width} ${lang}`);
        const small = await page.$$eval("#app *", (all) => all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && !e.closest("svg") && parseFloat(getComputedStyle(e).fontSize) < 13).map((e) => e.textContent.slice(0, 30)));
        assert.deepEqual(small, []);
        const bar = await page.$eval(".questions", (e) => e.scrollWidth - e.clientWidth);
        assert.equal(bar, 0, `the questions do not fit at ${width} ${lang}`);
        if (finding === findings[0]) await shot(page, `finding-${width}-${lang}`, { fullPage: width === 390 });
        await page.close();
      }
    }
  }
});

test("in English everything of the findings but names is English", async () => {
  const names = [...new Set([data.county.name, "中", ...data.units.map((u) => u.name), ...data.units.map((u) => u.organisation ?? "")])].filter(Boolean).sort((a, b) => b.length - a.length);
  for (const finding of findings) {
    const page = await open(address(finding, "&l=en"));
    const left = await page.$$eval("#app *", (elements, known) => elements.filter((e) => !e.closest("select#town")).flatMap((e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent)
      .concat(["title", "aria-label"].map((a) => e.getAttribute(a) ?? ""))).map((t) => known.reduce((text, name) => text.replaceAll(name, ""), t)).filter((t) => /[\u4e00-\u9fff]/.test(t)), names);
    assert.deepEqual(left, [], finding.id);
    await page.close();
  }
});

test("the first drawing of a finding is not slower than a second", async (t) => {
  const page = await open(address(filled[0] ?? findings[0]));
  const ms = await page.evaluate(() => performance.getEntriesByName("gapmap:drawn")[0].startTime);
  t.diagnostic(`first drawing after ${ms.toFixed(0)} ms`);
  assert.ok(ms < 10_000, `${ms} ms: even a loaded machine is faster than this`);
  await page.close();
});

test("no request left the machine and the console stayed silent", () => {
  assert.deepEqual(complaints, []);
});
