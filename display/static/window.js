// The screen above one counter.

import { isLate, lookOf } from "./live-model.js";
import { fit, flag, icon, mark, replace, sentence, setText, spoken } from "./dom.js";
import { follow, page, words } from "./live.js";

const screen = document.getElementById("screen");
const part = (name) => document.getElementById(name);
const inEach = (make) => page.languages.map(make);

function draw(view, { health }) {
  const look = lookOf(view);
  mark(screen, { state: view.state, look, closing: view.closing, overdue: isLate(view), number: view.number, long: (view.number?.length ?? 0) > 5 });
  document.body.dataset.look = look;
  setText(part("number"), view.number ?? "");
  replace(part("badge"), icon(look));
  replace(part("state"), ...inEach((language) => spoken("p", "word", language, words(language)[look])),
    isLate(view) ? flag("overdue", ...inEach((language) => spoken("span", "", language, words(language).overdue))) : null);
  replace(part("lines"), ...page.languages.flatMap((language) => linesIn(view, language, health)));
  fit(screen, 0.4 / page.far);
}

/** The sentences, unless their minutes had to be withdrawn. */
function linesIn(view, language, health) {
  const lines = health === "withdrawn" ? [] : (view.lines?.[language] ?? []);
  return lines.map((line) => sentence(language, line));
}

follow(draw);
addEventListener("resize", () => fit(screen, 0.4 / page.far));
document.fonts.ready.then(() => fit(screen, 0.4 / page.far));
