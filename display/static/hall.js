// The large screen of the lobby.

import { Calls, clockTime, faceOf, fill, grouped, isLate, lookOf, pick, rangeText } from "./live-model.js";
import { element, embedded, fit, flag, icon, mark, replace, sentence, setText, spoken } from "./dom.js";
import { follow, page, words } from "./live.js";
import { speakerOf } from "./voice.js";
import { inPages, Turns } from "./notice-turns.js";
import { showNotices } from "./notices.js";

const CALLS_SHOWN = 4;
const CARDS_IN_FOUR = 12;
/** Type smaller than this, of its size as drawn, asks for the next layout. */
const LEAST_SCALE = 0.62;
/**
 * Sentences where there is room for them (larger type for people far away leaves less), else ranges, else turns.
 * `least`: the same of one layout; the last is for what would not fit at all.
 */
const LAYOUTS = [
  { sentences: Math.max(Math.floor(6 / page.far), 1), most: 24, least: LEAST_SCALE },
  { sentences: 1, most: 24, least: LEAST_SCALE },
  { sentences: 1, most: 12, least: LEAST_SCALE },
  { sentences: 1, most: 6, least: 0.42 },
  { sentences: 1, most: 3, least: 0 },
];
const WAITS_AT_ONCE = 6;
const TURN_MS = 8000;
const FLASH_MS = 12_000;

const part = (name) => document.getElementById(name);
const calls = new Calls();
const flashing = new Set();
const inEach = (make) => page.languages.map(make);
const speaker = speakerOf(embedded("voice"), part("sound"));
const turns = { windows: new Turns(), waits: new Turns() };
let last = null;
let layout = LAYOUTS[0];
const tell = showNotices(part("notice"), page.languages);

function draw(view, { health, asOf }) {
  speaker?.hear(view.calls, asOf);
  const fresh = calls.fresh(view.calls);
  drawCalls(view.calls, fresh);
  const { staffed, shut } = grouped(view.windows);
  last = { staffed, waits: view.waits, health };
  replace(part("shut"), ...shut.map((window) => shutCard(window, health)));
  part("shut-group").hidden = shut.length === 0;
  setText(part("missed"), (view.missed ?? []).join("  "));
  part("missed-group").hidden = (view.missed ?? []).length === 0;
  const notes = (language) => (health === "withdrawn" ? [] : (view.lines?.[language] ?? []));
  replace(part("notes"), ...inEach((language) => notes(language).map((line) => sentence(language, line))).flat());
  replace(part("open"), ...openLines(view, health));
  tell(view.notices, asOf);
  arrange();
}

/** Draws windows and businesses in the first layout in which they can be read. */
function arrange() {
  if (!last) return;
  for (layout of LAYOUTS) {
    drawTurns();
    if (refit() * page.far >= layout.least) return;
  }
}

/** The windows and the businesses whose turn it is: all of them, unless they are too many to be read at once. */
function drawTurns() {
  const { staffed, waits, health } = last;
  const now = performance.now();
  const of = (name, items, most) => {
    const pages = inPages(items, most, TURN_MS);
    turns[name].take(pages, now);
    setText(part(`${name}-page`), pages.length > 1 ? `${turns[name].at(now) + 1}/${pages.length}` : "");
    return turns[name].page(now).items;
  };
  const cards = of("windows", staffed, layout.most);
  mark(part("staffed"), { count: cards.length, compact: cards.length > 4, dense: cards.length > layout.sentences,
    many: cards.length > CARDS_IN_FOUR });
  replace(part("staffed"), ...cards.map((window) => card(window, health, cards.length)));
  const businesses = of("waits", waits, WAITS_AT_ONCE);
  mark(part("waits"), { count: businesses.length });
  replace(part("waits"), ...businesses.map((wait) => waitCard(wait, health)));
}

/** Looks whose turn it is. */
function turn() {
  if (!last || (last.staffed.length <= layout.most && last.waits.length <= WAITS_AT_ONCE)) return;
  const shown = () => [part("windows-page").textContent, part("waits-page").textContent].join();
  const before = shown();
  drawTurns();
  if (shown() !== before) refit();
}

/** How many windows are open; a time at which one opens is withdrawn with all others. */
function openLines(view, health) {
  return inEach((language) => {
    const lines = view.open?.[language] ?? [];
    const said = health === "withdrawn" ? lines.slice(0, 1) : lines;
    const line = element("span", "", ...said.flatMap((each, place) => [place > 0 ? element("span", "between", " · ") : null,
      spoken("span", "phrase", language, each)]));
    line.lang = language;
    return line;
  });
}

function drawCalls(shown, fresh) {
  for (const { call } of fresh) flash(call);
  replace(part("calls"), ...shown.slice(0, CALLS_SHOWN).map(callRow));
  const isOver = !shown.some((call) => call.calling);
  if (fresh.length === 0 && !isOver) return;
  for (const line of document.querySelectorAll("[data-announce]")) setText(line, isOver ? "" : pick(fresh[0].text, line.lang));
}

/** Views keep coming while a call flashes: it must outlive the row that shows it. */
function flash(call) {
  flashing.add(call);
  setTimeout(() => {
    flashing.delete(call);
    for (const row of part("calls").children) row.classList.toggle("flash", flashing.has(row.dataset.call));
  }, FLASH_MS);
}

function callRow(call) {
  const where = element("span", "call-window", ...inEach((language) =>
    spoken("span", "", language, fill(words(language).to_window, { n: call.label }))));
  const why = element("span", "call-why", ...(call.calling ? inEach((language) =>
    spoken("span", "", language, pick(call.note ?? call.priority, language))) : []));
  const row = element("li", call.calling && flashing.has(call.call) ? "call flash" : "call", element("strong", "call-number", call.number), where,
    element("time", "call-at", clockTime(call.at)), why);
  mark(row, { call: call.call, number: call.number, calling: call.calling });
  return row;
}

function card(window, health, count) {
  const look = lookOf(window);
  const state = element("div", "card-words", ...inEach((language) => spoken("span", "word", language, words(language)[look])));
  const late = isLate(window) ? flag("overdue", ...inEach((language) => spoken("span", "", language, words(language).overdue))) : null;
  const made = element("li", "card", element("header", "card-head", element("span", "card-label", window.label), icon(look), state,
    element("strong", "card-number", window.number ?? "")), late);
  if (health !== "withdrawn") made.append(...detail(window, count));
  mark(made, { window: window.window, state: window.state, look, overdue: isLate(window), closing: window.closing, number: window.number });
  return made;
}

/** Sentences where there is room for them; else the range alone. */
function detail(window, count) {
  if (count <= layout.sentences) {
    return inEach((language) => (window.lines?.[language] ?? []).map((line) => sentence(language, line))).flat();
  }
  if (!window.range) return [];
  return [element("p", "card-range", ...inEach((language) => spoken("span", "", language, rangeText(window.range, words(language)))))];
}

function shutCard(window, health) {
  const [look, face] = [lookOf(window), faceOf(window)];
  const state = element("div", "card-words", ...inEach((language) => spoken("span", "word", language, words(language)[face])));
  const made = element("li", "shut-card", element("span", "card-label", window.label), icon(face), state);
  if (window.reopens_at && health !== "withdrawn") {
    made.append(element("div", "card-words", ...inEach((language) =>
      spoken("span", "reopens", language, fill(words(language).opens_at, { time: clockTime(window.reopens_at) })))));
  }
  mark(made, { window: window.window, state: window.state, look });
  return made;
}

function waitCard(wait, health) {
  const text = (language) => health === "withdrawn"
    ? `${pick(wait.names, language)} · ${fill(words(language).waiting, { n: wait.waiting })}`
    : pick(wait.text, language);
  const made = element("li", "wait", ...inEach((language) => sentence(language, text(language))));
  mark(made, { business: wait.business, waiting: wait.waiting });
  return made;
}

/** Makes each area's words fit; returns how small the windows' have become. What takes as it needs comes first. */
function refit() {
  const areas = [...document.querySelectorAll("[data-fit]")];
  const takes = (area) => Number(area.matches(".hall-head *, .hall-waits"));
  mark(part("calls"), { few: false });
  const scales = areas.sort((a, b) => takes(b) - takes(a)).map((area) => [area, fit(area, 0.4 / page.far)]);
  const scaleOf = (selector) => scales.find(([area]) => area.matches(selector))[1];
  if (scaleOf(".hall-calls") < LEAST_SCALE) {
    mark(part("calls"), { few: true }); // fewer that can be read are more than many that cannot
    fit(document.querySelector(".hall-calls"), 0.3);
  }
  return scaleOf(".hall-windows");
}

follow(draw, { idle: () => speaker?.idle ?? true });
setInterval(turn, 500);
addEventListener("resize", arrange);
document.fonts.ready.then(arrange);
