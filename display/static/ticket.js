// One customer's own page, on a phone.

import { clockTime, fill, pick } from "./live-model.js";
import { mark, replace, say, sentence, setText } from "./dom.js";
import { follow, page, words } from "./live.js";
import { offerLanguages, speak } from "./language.js";

const IN_QUEUE = ["waiting", "called"];
const screen = document.getElementById("screen");
const part = (name) => document.getElementById(name);
let lastCall = null;

function draw(view, { health, asOf }) {
  const language = page.lang;
  const said = words(language);
  mark(screen, { state: view.state, number: view.number });
  setText(part("number"), view.number);
  say(part("business"), language, pick(view.names, language));
  const lines = health === "withdrawn" ? [] : linesOf(view, language);
  say(part("place"), language, lines.length > 0 ? "" : placeOf(view, said));
  replace(part("lines"), ...lines.filter((line) => line !== said.still).map((line) => sentence(language, line)));
  setText(part("window"), view.state === "called" ? (view.label ?? "") : "");
  part("go").hidden = part("window").textContent === "";
  part("still").hidden = !IN_QUEUE.includes(view.state);
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

/** A call shakes the phone once, where the phone lets us. */
function notice(view) {
  const isNews = view.state === "called" && view.call && view.call !== lastCall;
  lastCall = view.call ?? null;
  if (!isNews) return;
  screen.classList.remove("flash");
  requestAnimationFrame(() => screen.classList.add("flash"));
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400, 200, 800]);
}

speak(page.lang);
const { redraw } = follow(draw);
offerLanguages(redraw);
