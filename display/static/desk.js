// The small screen for the customer who sits at the counter.

import { isLate, lookOf, pick } from "./live-model.js";
import { element, fit, flag, icon, mark, replace, sentence, setText, spoken } from "./dom.js";
import { follow, page, words } from "./live.js";

const screen = document.getElementById("screen");
const part = (name) => document.getElementById(name);
const inEach = (make) => page.languages.map(make);
const late = () => flag("overdue", ...inEach((language) => spoken("span", "", language, words(language).overdue)));

function draw(view, { health }) {
  const look = lookOf(view);
  mark(screen, { state: view.state, look, overdue: isLate(view), number: view.number });
  document.body.dataset.look = look;
  setText(part("number"), view.number ?? "");
  replace(part("badge"), icon(look));
  replace(part("state"), ...inEach((language) => spoken("p", "word", language, words(language)[look])), isLate(view) ? late() : null);
  replace(part("lines"), ...page.languages.flatMap((language) => linesIn(view, language, health)));
  drawComing(view.coming, health);
  replace(part("steps"), ...(view.steps ?? []).map((step) => stepCard(step, health)));
  fit(screen, 0.4 / page.far);
}

function linesIn(view, language, health) {
  const lines = health === "withdrawn" ? [] : (view.lines?.[language] ?? []);
  const onCards = (view.steps ?? []).map((step) => pick(step.text, language));
  return lines.filter((line) => !onCards.includes(line)).map((line) => sentence(language, line));
}

/** What will take the teller from the seat, said before it begins. */
function drawComing(coming, health) {
  const isSaid = Boolean(coming) && health !== "withdrawn";
  part("coming").hidden = !isSaid;
  const said = (language) => element("div", "", spoken("p", "coming-when", language, words(language).coming),
    sentence(language, pick(coming.say, language)));
  replace(part("coming"), ...(isSaid ? [icon("away"), element("div", "coming-words", ...inEach(said))] : []));
  mark(part("coming"), { step: isSaid && coming.step });
}

/** Steps run side by side: each has a card of its own. */
function stepCard(step, health) {
  const card = element("li", "step", icon(step.away ? "away" : step.resource === "machine" ? "machine" : "serving"));
  for (const language of page.languages) {
    card.append(spoken("p", "step-name", language, pick(step.names, language)));
    if (health !== "withdrawn") card.append(sentence(language, pick(step.text, language)));
  }
  if (step.overdue) card.append(late());
  mark(card, { step: step.step, overdue: step.overdue, away: step.away });
  return card;
}

follow(draw);
addEventListener("resize", () => fit(screen, 0.4 / page.far));
document.fonts.ready.then(() => fit(screen, 0.4 / page.far));
