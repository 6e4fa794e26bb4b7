// The manager's live picture.

import { clockTime, fill, lookOf, pick, rangeText } from "./live-model.js";
import { element, icon, mark, replace, setText } from "./dom.js";
import { follow, page, words } from "./live.js";

const part = (name) => document.getElementById(name);
const said = words(page.lang);

function draw(view, { health }) {
  const range = (value) => (health === "withdrawn" ? "" : rangeText(value, said));
  for (const name of ["served", "abandoned", "no_shows"]) setText(part(name), String(view[name]));
  setText(part("waiting"), String(view.tickets.length));
  replace(part("alerts"), ...alertsOf(view).map((text) => element("li", "alert", text)));
  replace(part("windows"), ...view.windows.map((window) => windowRow(window, range)));
  replace(part("tickets"), ...view.tickets.map((ticket) => ticketRow(ticket, range)));
  replace(part("waits"), ...view.waits.map((wait) => waitRow(wait, range)));
  part("nobody").hidden = view.tickets.length > 0;
}

/** What needs somebody now, in words. */
function alertsOf(view) {
  const of = (test, word) => view.windows.filter(({ view: window }) => test(window))
    .map(({ view: window }) => `${fill(said.to_window, { n: window.label })}: ${word}`);
  return [
    ...(view.silent ?? []).map((sender) => fill(said.sender_silent, { sender })),
    ...of((window) => window.out_of_touch, said.mark_out_of_touch),
    ...of((window) => window.unattended && !window.out_of_touch, said.mark_unattended),
    ...of((window) => window.overdue, said.mark_overdue),
    ...view.waits.filter((wait) => wait.waiting > 0 && wait.windows === 0)
      .map((wait) => `${pick(wait.names, page.lang)}: ${said.no_window}`),
  ];
}

function windowRow({ view, teller, business, since, promised, told_at: toldAt }, range) {
  const look = lookOf(view);
  const marks = element("td", "marks", ...["overdue", "unattended", "out_of_touch", "closing"]
    .filter((name) => view[name]).map((name) => element("span", `mark mark-${name}`, said[`mark_${name}`])));
  const told = promised ? `${range(promised)}${toldAt ? ` (${clockTime(toldAt)})` : ""}` : "";
  const row = element("tr", "", element("th", "label", view.label), element("td", "state", icon(look), said[look]),
    element("td", "number", view.number ?? ""), element("td", "", pick(business, page.lang)), element("td", "", teller ?? ""),
    element("td", "since", clockTime(since)), element("td", "range", range(view.range)), element("td", "range", told), marks);
  mark(row, { window: view.window, state: view.state, look, number: view.number });
  return row;
}

function ticketRow(ticket, range) {
  const row = element("tr", "", element("th", "number", ticket.number), element("td", "", pick(ticket.business, page.lang)),
    element("td", "", pick(ticket.priority, page.lang)),
    element("td", "", fill(said.minutes, { n: Math.floor(ticket.waited_s / 60) })),
    element("td", "range", range(ticket.range)), element("td", "range", range(ticket.promised)),
    element("td", "marks", ticket.overdue ? element("span", "mark mark-overdue", said.mark_overdue) : null));
  mark(row, { ticket: ticket.ticket, number: ticket.number, overdue: ticket.overdue });
  return row;
}

function waitRow(wait, range) {
  const row = element("tr", "", element("th", "", pick(wait.names, page.lang)), element("td", "", String(wait.waiting)),
    element("td", "", String(wait.windows)), element("td", "", range(wait.range)));
  mark(row, { business: wait.business });
  return row;
}

follow(draw);
