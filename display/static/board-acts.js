// What the manager does from the board: bring a missed number back, post a notice, take one down.
// Every press keeps its key until it is answered, as a teller's does.

import { clockTime, fill, pick } from "./live-model.js";
import { element, mark, replace, setText } from "./dom.js";
import { post, sleep } from "./send.js";
import { Presses } from "./teller-model.js";

/** Wires the board's forms and lists; returns what draws the missed numbers and the notices of a view. */
export function offerActs(part, page, said) {
  const form = part("notice-form");
  const areas = [...form.querySelectorAll("textarea")];
  let written = [];
  const presses = new Presses({ send: ({ command, body, key }) => post(`${page.api}/${command}`, body, key), sleep, changed });

  function changed() {
    const { pending, refusal } = presses;
    document.body.dataset.pending = String(pending.length);
    setText(part("acts-sending"), pending.length > 0 ? said.no_answer : "");
    part("acts-sending").classList.toggle("unseen", pending.length === 0);
    const isOurs = !refusal?.status || page.lang.startsWith("en"); // the service gives its reasons in English
    const words = (isOurs && refusal?.body?.detail) || (refusal ? fill(said.refused, { status: refusal.status }) : "");
    setText(part("acts-refused"), words);
    part("acts-refused").hidden = !words;
    if (refusal?.command === "notices") giveBack();
    else if (!pending.includes("notices")) written = [];
  }

  /** What was refused need not be written again, unless something else has been written since. */
  function giveBack() {
    if (areas.every(({ value }) => !value)) for (const [name, value] of written) form.elements[name].value = value;
    written = [];
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-recall], button[data-withdraw]");
    if (!button) return;
    const { recall, window, withdraw } = button.dataset;
    if (recall) presses.press(`windows/${encodeURIComponent(window)}/recall`, { ticket: recall });
    else presses.press(`notices/${encodeURIComponent(withdraw)}/withdraw`);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const texts = page.languages.map((language) => [language, String(fields.get(`text.${language}`) ?? "").trim()]).filter(([, text]) => text);
    if (texts.length === 0) {
      presses.refuse("notices", said.write_something);
      return;
    }
    written = [...fields];
    const minutes = Number(fields.get("minutes"));
    presses.press("notices", { text: texts.length === 1 ? texts[0][1] : Object.fromEntries(texts), ...(minutes ? { minutes } : {}) });
    form.reset();
  });

  const draw = (view) => {
    const labels = new Map(view.windows.map(({ view: window }) => [window.window, window.label]));
    part("missed-group").hidden = view.missed.length === 0;
    keepFocus(part("missed"), () => replace(part("missed"), ...view.missed.map((ticket) => missedItem(ticket, labels, page, said))));
    setText(part("notice-count"), view.notices.length ? String(view.notices.length) : "");
    keepFocus(part("notices"), () => replace(part("notices"), ...view.notices.map((notice) => noticeItem(notice, page, said))));
  };
  /** Whether nothing is on its way and nothing half written. */
  draw.idle = () => presses.pending.length === 0 && areas.every(({ value }) => !value);
  return draw;
}

function missedItem(ticket, labels, page, said) {
  const when = fill(said.missed_at, { time: clockTime(ticket.missed_at), until: clockTime(ticket.until) });
  const calls = ticket.windows.map((window) => {
    const button = element("button", "act", fill(said.call_to, { n: labels.get(window) }));
    button.type = "button";
    mark(button, { recall: ticket.ticket, window });
    return button;
  });
  const item = element("li", "", element("strong", "number", ticket.number), element("span", "", pick(ticket.business, page.lang)),
    element("span", "quiet", when), element("span", "acts", ...(calls.length ? calls : [element("span", "quiet", said.no_caller)])));
  mark(item, { ticket: ticket.ticket, number: ticket.number });
  return item;
}

function noticeItem(notice, page, said) {
  const words = element("span", "notice-text", pick(notice.text, page.lang));
  words.dir = "auto";
  const button = element("button", "act", said.withdraw);
  button.type = "button";
  mark(button, { withdraw: notice.notice });
  const item = element("li", "", words, element("span", "quiet", fill(said.until, { time: clockTime(notice.until) })), button);
  mark(item, { notice: notice.notice });
  return item;
}

/** A redraw must not take the focus from under a finger. */
function keepFocus(area, redraw) {
  const held = [...area.querySelectorAll("button")].indexOf(document.activeElement);
  redraw();
  if (held >= 0) area.querySelectorAll("button")[held]?.focus();
}
