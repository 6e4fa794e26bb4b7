// Everything a teller does, from the keyboard.

import { clockTime, fill, isLate, later, lookOf, nextAt, pick, rangeText } from "./live-model.js";
import { element, embedded, flag, icon, mark, replace, sentence, setText, spoken } from "./dom.js";
import { follow, page, words } from "./live.js";
import { EarlyKeys, keyOf, Keys, Presses } from "./teller-model.js";
import { post, sleep } from "./send.js";
import { offerKeys } from "./teller-keys.js";

const STORED_KEYS = "lobbyclock.keys";
/** So long after an answer its view may still be on the way. */
const SETTLES_MS = 600;
const part = (name) => document.getElementById(name);
const said = words(page.lang);
const keys = new Keys(stored());
const steps = part("steps");

let view = embedded("first-view")?.view ?? null;
let asOf = embedded("first-view")?.as_of ?? null;
let health = "ok";
let minutes = null;
let isAway = false;
/** The next step is only announced: the customer is told before the teller leaves. */
let isSoon = false;
let panel = null;
let answeredAt = -Infinity;

const presses = new Presses({
  send: ({ command, body, key }) => post(`${page.api}/windows/${encodeURIComponent(page.window.id)}/${command}`, body, key),
  sleep,
  changed: drawPresses,
});
const early = new EarlyKeys({
  perform,
  awaited: () => presses.pending.length > 0 || performance.now() - answeredAt < SETTLES_MS,
  refuse: (key) => presses.refuse(key, fill(said.not_now, { what: nameOf(key), state: said[lookOf(view?.view ?? {})] ?? "" })),
  sleep,
});

// ---- drawing ---------------------------------------------------------------------------------------------

function draw(nextView, live) {
  view = nextView;
  ({ health, asOf } = live);
  drawLobby(view.view);
  drawCustomer();
  drawQueue();
  drawSteps();
  drawMissed();
  drawCommands();
  early.retry();
}

function drawLobby(window) {
  const look = lookOf(window);
  mark(part("screen"), { state: window.state, look, number: window.number, overdue: window.overdue });
  replace(part("lobby-look"), icon(look), element("span", "word", said[look]),
    isLate(window) ? flag("overdue", said.overdue) : null, element("strong", "", window.number ?? ""));
  const lines = (language) => (health === "withdrawn" ? [] : (window.lines?.[language] ?? []));
  replace(part("lobby-lines"), ...page.languages.flatMap((language) => lines(language).map((line) => sentence(language, line))));
  part("remind").hidden = !view.remind;
  setText(part("remind"), pick(view.reminder, page.lang) || said.remind);
  part("unattended").hidden = !window.unattended;
  part("overdue").hidden = !window.overdue;
}

function drawCustomer() {
  setText(part("number"), view.view.number ?? "—");
  setText(part("business"), [pick(view.business, page.lang), view.items > 1 ? `× ${view.items}` : ""].join(" ").trim());
  setText(part("since"), view.since ? fill(said.since, { time: clockTime(view.since) }) : "");
  setText(part("range"), health === "withdrawn" ? "" : rangeText(view.view.range, said));
  setText(part("teller"), view.teller ?? said.nobody_signed_in);
}

function drawQueue() {
  setText(part("waiting"), fill(said.waiting, { n: view.waiting }));
  replace(part("next"), ...view.next.slice(0, 3).map(ticketItem));
}

function ticketItem(ticket) {
  const item = element("li", "", element("strong", "", ticket.number), element("span", "", pick(ticket.business, page.lang)),
    element("em", "", pick(ticket.priority, page.lang)),
    element("span", "waited", health === "withdrawn" ? "" : fill(said.waited, { n: Math.floor(ticket.waited_s / 60) })));
  mark(item, { ticket: ticket.ticket, number: ticket.number });
  return item;
}

/** One button for each step: it starts the step, and ends it while it runs. */
function drawSteps() {
  const buttons = view.steps.map((step, index) => stepButton(step, `step-${index + 1}`));
  const known = new Set(view.steps.map(({ step }) => step));
  const others = view.running.filter(({ step }) => !known.has(step)).map((running) => stepButton(running, null));
  keepFocus(steps, () => replace(steps, ...buttons, ...others));
}

function stepButton(step, action) {
  const running = view.running.find((each) => each.step === step.step);
  const range = running ? running.range : step.usual;
  const button = element("button", "command", action && keys.of(action) ? keyCap(action) : null,
    element("span", "", pick(step.names, page.lang)),
    element("small", "", running ? fill(said.since, { time: clockTime(running.started_at) }) : ""),
    element("small", "", health === "withdrawn" ? "" : rangeText(range, said)),
    (isAway || isSoon || isComing(step)) && !running ? spoken("q", "", page.lang, pick(step.say, page.lang)) : null);
  button.type = "button";
  button.disabled = !view.commands.includes(running ? "step-end" : isSoon ? "announce" : "step");
  button.setAttribute("aria-pressed", String(Boolean(running)));
  mark(button, { step: step.step, running: running?.step_id, action, overdue: running?.overdue, coming: isComing(step) });
  return button;
}

/** Whether this step has been announced: it takes the teller from the seat when it begins. */
const isComing = ({ step }) => view.coming === step;

/** Numbers that were called in vain and may come back. */
function drawMissed() {
  const choices = (view.recallable ?? []).map((ticket) => {
    const button = element("button", "command", element("kbd", ""), element("span", "", ticket.number),
      element("small", "", pick(ticket.business, page.lang)));
    button.type = "button";
    mark(button, { command: "recall", body: JSON.stringify({ ticket: ticket.ticket }) });
    return button;
  });
  keepFocus(part("missed-choices"), () => replace(part("missed-choices"), ...choices));
  numberChoices(part("missed-choices"));
}

function drawCommands() {
  for (const button of document.querySelectorAll("button[data-command]")) {
    button.disabled = !allows(button.dataset.command);
  }
  for (const button of document.querySelectorAll("button[data-opens]")) {
    const isMissed = button.dataset.opens === "missed";
    button.disabled = !allows(button.dataset.needs) || (isMissed && (view.recallable ?? []).length === 0);
  }
  for (const button of document.querySelectorAll("button[data-minutes]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.minutes) === minutes));
  }
  part("away").setAttribute("aria-pressed", String(isAway));
  part("soon").setAttribute("aria-pressed", String(isSoon));
  setText(part("undo-what"), view?.undo ? (said[`undo_${view.undo}`] ?? view.undo) : "");
  setText(part("armed"), minutes === null ? "" : fill(said.with_minutes, { n: minutes }));
}

function drawPresses() {
  const { pending, refusal } = presses;
  if (pending.length < Number(document.body.dataset.pending ?? 0)) answeredAt = performance.now();
  document.body.dataset.pending = String(pending.length);
  setText(part("sending"), pending.length > 0 ? fill(said.sending, { what: pending.map(labelOf).join(", ") }) : "");
  setText(part("refused"), refusal ? refusalWords(refusal) : "");
}

/** What the service says of a refusal is in English; others are told what was refused, and in which state. */
function refusalWords({ command, status, body }) {
  if (status === 204) return said.nobody_waiting;
  if (body?.detail && (!status || page.lang.startsWith("en"))) return body.detail;
  return status === 409 && view ? fill(said.not_now, { what: labelOf(command), state: said[lookOf(view.view)] }) : fill(said.refused, { status });
}

const labelOf = (command) => said[`command_${command}`] ?? command;
const allows = (command) => Boolean(view?.commands.includes(command));

function keyCap(action) {
  const cap = element("kbd", "", keys.of(action).toUpperCase());
  cap.dataset.key = action;
  return cap;
}

function drawKeys() {
  for (const cap of document.querySelectorAll("[data-key]")) setText(cap, keys.of(cap.dataset.key).toUpperCase());
}

/** Before leaving the seat the teller reads what to say to the customer. */
function setAway(next, soon = false) {
  [isAway, isSoon] = [next, soon];
  if (view) drawSteps();
}

/** A redraw must not take the focus from under a teller's finger. */
function keepFocus(area, redraw) {
  const held = [...area.querySelectorAll("button")].indexOf(document.activeElement);
  redraw();
  if (held >= 0) area.querySelectorAll("button")[held]?.focus();
}

// ---- doing -----------------------------------------------------------------------------------------------

function command(name, body = {}, takesMinutes = false) {
  if (!allows(name)) return;
  presses.press(name, takesMinutes && minutes !== null ? { ...body, ...estimate(name) } : body);
  if (takesMinutes) minutes = null;
  openPanel(null);
  drawCommands();
}

/** The teller's own minutes: how long it will take, or, for a window that shuts, when it opens again. */
function estimate(name) {
  return name === "back-office" ? { reopens_at: later(asOf, minutes) } : { expected_s: minutes * 60 };
}

function toggleStep(button) {
  if (button.disabled) return;
  if (button.dataset.running) {
    command("step-end", { step_id: button.dataset.running });
    return;
  }
  const { step } = button.dataset;
  if (isSoon) command("announce", { step });
  else command("step", { step, ...(isAway || isComing({ step }) ? { away: true } : {}) }, true);
  setAway(false);
}

function activate(button) {
  if (button.disabled) return;
  const { command: name, opens, minutes: chosen, step, body } = button.dataset;
  if (opens) openPanel(panel === opens ? null : opens);
  else if (step) toggleStep(button);
  else if (name) command(name, body ? JSON.parse(body) : {}, "takesMinutes" in button.dataset);
  else if (chosen) minutes = minutes === Number(chosen) ? null : Number(chosen);
  else if (button.id === "away") setAway(!isAway);
  else if (button.id === "soon") setAway(false, !isSoon);
  drawCommands();
}

function openPanel(name) {
  panel = name;
  for (const each of document.querySelectorAll("[data-panel]")) {
    each.hidden = each.dataset.panel !== name;
    if (!each.hidden) {
      numberChoices(each);
      each.querySelector("input[data-first]")?.focus();
    } else if (each.contains(document.activeElement)) {
      document.activeElement.blur();
    }
  }
}

/** Inside a panel the digits choose. */
function numberChoices(area) {
  area.querySelectorAll("button[data-command] > kbd").forEach((cap, index) => setText(cap, String(index + 1)));
}

function choiceOf(key) {
  if (!panel || !/^[1-6]$/.test(key)) return null;
  return document.querySelectorAll(`[data-panel="${panel}"] button[data-command]`)[Number(key) - 1] ?? null;
}

function onKey(event) {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && !event.isComposing) {
    early.drop();
    minutes = null;
    setAway(false);
    openPanel(null);
    drawCommands();
    return;
  }
  const key = keyOf(event);
  if (key === null || (!buttonOf(key) && !keys.actionOf(key))) return;
  event.preventDefault();
  early.press(key);
}

/** The button that a key means now; none for a step that is not offered yet. */
function buttonOf(key) {
  const action = keys.actionOf(key);
  return choiceOf(key) ?? (action ? document.querySelector(`button[data-action="${CSS.escape(action)}"]`) : null);
}

/** Does what a key says, if that is allowed now. */
function perform(key) {
  const button = buttonOf(key);
  const isTyping = document.activeElement?.tagName === "INPUT";
  if (!button || button.disabled || isTyping) return false;
  activate(button);
  return true;
}

const nameOf = (key) => buttonOf(key)?.querySelector("span")?.textContent ?? key.toUpperCase();

// ---- forms -----------------------------------------------------------------------------------------------

function onForm(id, send) {
  part(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    if (send(fields) !== false) event.target.reset();
  });
}

onForm("sign-in-form", ({ teller }) => command("sign-in", { teller: teller.trim() }));

onForm("transfer-form", ({ to, keeps_place: keeps }) => {
  const target = transferTarget(to.trim());
  setText(part("transfer-unknown"), target ? "" : said.unknown_target);
  if (!target) return false;
  return command("transfer", { ...target, keeps_place: keeps === "on" });
});

onForm("close-form", ({ reopens }) => command("close", { reason: "closed", ...(reopens && asOf ? { reopens_at: nextAt(asOf, reopens) } : {}) }));

/** A window's number or a business's letter, as the teller typed it. */
function transferTarget(typed) {
  const wanted = typed.toLowerCase();
  const window = page.branch.windows.find(({ id, label }) => [id, label].some((name) => name.toLowerCase() === wanted));
  if (window) return { window: window.id };
  const business = page.branch.businesses.find(({ id, prefix }) => [id, prefix].some((name) => name.toLowerCase() === wanted));
  return business ? { business: business.id } : null;
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED_KEYS) ?? "{}");
  } catch {
    return {};
  }
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action], button[data-command]");
  if (button) activate(button);
});
offerKeys(keys, () => {
  localStorage.setItem(STORED_KEYS, JSON.stringify(keys));
  drawKeys();
});
drawKeys();
drawPresses();
follow(draw, { idle: () => presses.pending.length === 0 && panel === null && minutes === null && !isAway && !isSoon });
