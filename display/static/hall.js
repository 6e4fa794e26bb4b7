// The large screen of the lobby.

import { Calls, clockTime, faceOf, fill, grouped, isLate, lookOf, pick, rangeText } from "./live-model.js";
import { element, embedded, fit, flag, icon, mark, replace, sentence, setText, spoken } from "./dom.js";
import { follow, page, words } from "./live.js";
import { speakerOf } from "./voice.js";

const CALLS_SHOWN = 4;
const CARDS_WITH_LINES = 6;
const CARDS_IN_FOUR = 12;
const FLASH_MS = 12_000;

const part = (name) => document.getElementById(name);
const calls = new Calls();
const flashing = new Set();
const inEach = (make) => page.languages.map(make);
const speaker = speakerOf(embedded("voice"), part("sound"));

function draw(view, { health, asOf }) {
  speaker?.hear(view.calls, asOf);
  const fresh = calls.fresh(view.calls);
  drawCalls(view.calls, fresh);
  const { staffed, shut } = grouped(view.windows);
  mark(part("staffed"), { count: staffed.length, compact: staffed.length > 4, dense: staffed.length > CARDS_WITH_LINES,
    many: staffed.length > CARDS_IN_FOUR });
  replace(part("staffed"), ...staffed.map((window) => card(window, health, staffed.length)));
  replace(part("shut"), ...shut.map((window) => shutCard(window, health)));
  part("shut-group").hidden = shut.length === 0;
  mark(part("waits"), { count: view.waits.length });
  replace(part("waits"), ...view.waits.map((wait) => waitCard(wait, health)));
  setText(part("missed"), (view.missed ?? []).join("  "));
  part("missed-group").hidden = (view.missed ?? []).length === 0;
  const notes = (language) => (health === "withdrawn" ? [] : (view.lines?.[language] ?? []));
  replace(part("notes"), ...inEach((language) => notes(language).map((line) => sentence(language, line))).flat());
  refit();
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
  if (count <= CARDS_WITH_LINES) {
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

function refit() {
  for (const area of document.querySelectorAll("[data-fit]")) fit(area);
}

follow(draw, { idle: () => speaker?.idle ?? true });
addEventListener("resize", refit);
document.fonts.ready.then(refit);
