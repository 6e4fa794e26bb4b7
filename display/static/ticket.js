// One customer's own page, on a phone.

import { clockTime, fill, pick, rangeText } from "./live-model.js";
import { icon, mark, replace, say, sentence, setText } from "./dom.js";
import { follow, page, words } from "./live.js";
import { offerLanguages, speak } from "./language.js";
import { Leaving } from "./ticket-leave.js";
import { Sound } from "./ticket-sound.js";

/** The picture for a state; who waits is told so in a frame of its own. */
const LOOKS = { called: "calling", serving: "serving", finished: "open", no_show: "overdue", abandoned: "closed" };
const IN_QUEUE = ["waiting", "called"];
const screen = document.getElementById("screen");
const part = (name) => document.getElementById(name);
const LOOK_EVERY_MS = 10_000;
const leaving = new Leaving();
let lastCall = null;
let lookedAt = -Infinity;
let isOver = false;

function draw(view, { health, asOf }) {
  if (health !== "ok") lookWhetherOver();
  if (isOver) return;
  const language = page.lang;
  const said = words(language);
  mark(screen, { state: view.state, number: view.number });
  setText(part("number"), view.number);
  part("number").style.setProperty("--chars", String(Math.max(view.number.length, 4)));
  say(part("business"), language, pick(view.names, language));
  const lines = health === "withdrawn" ? [] : linesOf(view, language);
  say(part("place"), language, lines.length > 0 ? "" : placeOf(view, said));
  replace(part("lines"), ...lines.filter((line) => line !== said.still).map((line) => sentence(language, line)));
  const look = LOOKS[view.state];
  part("look").hidden = !look;
  replace(part("look"), ...(look ? [icon(look)] : []));
  setText(part("window"), view.state === "called" ? (view.label ?? "") : "");
  part("go").hidden = part("window").textContent === "";
  part("still").hidden = !IN_QUEUE.includes(view.state);
  say(part("said"), language, health === "withdrawn" ? "" : promiseOf(view, said));
  part("said").hidden = part("said").textContent === "";
  for (const name of ["keys", "kept"]) part(name).hidden = !IN_QUEUE.includes(view.state);
  leaving.draw(view.state);
  say(part("as-of"), language, asOf ? fill(said.as_of, { time: clockTime(asOf) }) : "");
  document.title = view.state === "called" ? `${view.number} → ${view.label}` : view.number;
  notice(view);
}

function linesOf(view, language) {
  const said = view.lines ?? {};
  return said[language] ?? Object.values(said)[0] ?? [];
}

/** What is left to say when minutes are withdrawn. */
function placeOf(view, said) {
  if (view.state !== "waiting") return said[`ticket_${view.state}`];
  return view.ahead === 0 ? said.first_in_line : fill(said.ahead, { n: view.ahead });
}

/** What was said first: whoever reads it can hold it against what is said now. */
function promiseOf(view, said) {
  if (!view.promised || !view.promised_at) return "";
  return fill(said.said, { time: clockTime(view.promised_at), range: rangeText(view.promised, said) });
}

/** A link ends with its day, and then no socket ever answers: the service says so when it is asked for the page. */
async function lookWhetherOver() {
  if (isOver || performance.now() - lookedAt < LOOK_EVERY_MS) return;
  lookedAt = performance.now();
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    if (answer.status === 410) endOfDay();
  } catch {
    // Nobody is there: the page says that it is not updating.
  }
}

function endOfDay() {
  isOver = true;
  mark(screen, { state: "over" });
  for (const name of ["look", "go", "place", "lines", "said", "still", "sound-on", "keys", "sure", "leave-said", "foot"]) part(name).hidden = true;
  for (const touch of document.querySelectorAll(".touch")) touch.hidden = true; // there is nothing left to update
  part("over").hidden = false;
  document.title = words(page.lang).over;
}

/** A call shakes the phone once and rings, where the phone lets us. */
function notice(view) {
  const isNews = view.state === "called" && view.call && view.call !== lastCall;
  lastCall = view.call ?? null;
  if (!isNews) return;
  screen.classList.remove("flash");
  requestAnimationFrame(() => screen.classList.add("flash"));
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400, 200, 800]);
  mark(screen, { rang: sound.ring() });
}

const sound = new Sound((isOn) => {
  part("sound").hidden = isOn !== false;
  part("sound-on").hidden = isOn !== true;
});

setInterval(() => document.body.dataset.live !== "ok" && lookWhetherOver(), LOOK_EVERY_MS);
speak(page.lang);
// A page that loads itself anew has to be touched again before it may ring, and forgets what it has asked.
const { redraw } = follow(draw, { idle: () => part("sure").hidden && part("sound-on").hidden });
offerLanguages(redraw);
