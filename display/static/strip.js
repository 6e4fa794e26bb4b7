// The strip over one window: one or two rows, one language after the other, each page standing still.

import { fit, icon, mark, replace, say, sayInPhrases } from "./dom.js";
import { follow, page, words } from "./live.js";
import { PAGE_MS, pageOf } from "./strip-model.js";

/** A sentence that would have to be smaller than this takes two rows. */
const LEAST_SCALE = 0.7;
const screen = document.getElementById("screen");
const part = (name) => document.getElementById(name);
let [turn, last] = [0, null];

function show() {
  const language = page.languages[turn % page.languages.length];
  const { look, number, state, minutes, line } = pageOf(last.view, language, words(language), last.health);
  mark(screen, { look, number, language });
  document.body.dataset.look = look;
  replace(part("badge"), icon(look));
  say(part("number"), language, number);
  say(part("state"), language, state);
  say(part("minutes"), language, minutes);
  sayInPhrases(part("line"), language, line);
  for (const touch of document.querySelectorAll("[data-touch]")) touch.hidden = touch.lang !== language;
  mark(screen, { long: false });
  if (fit(screen) >= LEAST_SCALE) return;
  mark(screen, { long: true });
  fit(screen);
}

follow((view, { health }) => {
  last = { view, health };
  show();
});
setInterval(() => {
  turn += 1;
  if (last) show();
}, PAGE_MS);
addEventListener("resize", () => last && show());
document.fonts.ready.then(() => last && show());
