// The manager's live picture.

import { followAdvice } from "./advice.js";
import { offerActs } from "./board-acts.js";
import { clockTime, faceOf, fill, isLate, lookOf, pick, rangeText } from "./live-model.js";
import { element, icon, mark, replace, setText } from "./dom.js";
import { follow, page, words } from "./live.js";

const part = (name) => document.getElementById(name);
const said = words(page.lang);
const drawActs = offerActs(part, page, said);
/** Up to so many windows stand above the tickets; more, beside them. */
const WINDOWS_ABOVE = 9;

function draw(view, { health }) {
  const range = (value) => (health === "withdrawn" ? "" : rangeText(value, said));
  const waited = (seconds) => (health === "withdrawn" ? "" : fill(said.minutes, { n: Math.floor(seconds / 60) }));
  for (const name of ["served", "abandoned", "no_shows"]) setText(part(name), String(view[name]));
  setText(part("waiting"), String(view.tickets.length));
  mark(part("screen"), { many: view.windows.length > WINDOWS_ABOVE });
  replace(part("alerts"), ...alertsOf(view).map(alertItem));
  replace(part("windows"), ...view.windows.map((window) => windowRow(window, range)));
  replace(part("tickets"), ...view.tickets.map((ticket) => ticketRow(ticket, range, waited)));
  replace(part("waits"), ...view.waits.map((wait) => waitRow(wait, range)));
  drawActs({ missed: [], notices: [], ...view });
  part("nobody").hidden = view.tickets.length > 0;
}

/** What needs somebody now: how it looks, and in words; each kind once, with all whom it is about. */
function alertsOf(view) {
  const alert = (look, what, state) => (what.length > 0 ? [{ look, text: fill(said.alert, { what: what.join(said.list), state }) }] : []);
  const of = (look, test) => {
    const labels = view.windows.filter(({ view: window }) => test(window)).map(({ view: window }) => window.label);
    return alert(look, labels.length > 0 ? [fill(said.to_window, { n: labels.join(said.list) })] : [], said[`mark_${look}`]);
  };
  return [
    ...(view.silent ?? []).map((sender) => ({ look: "out_of_touch", text: fill(said.sender_silent, { sender }) })),
    ...of("out_of_touch", (window) => window.out_of_touch),
    ...of("unattended", (window) => window.unattended && !window.out_of_touch),
    ...of("overdue", (window) => window.overdue),
    ...alert("fault", view.waits.filter((wait) => wait.waiting > 0 && wait.windows === 0).map((wait) => pick(wait.names, page.lang)), said.no_window),
  ];
}

function alertItem({ look, text }) {
  const item = element("li", "alert", icon(look), text);
  mark(item, { look });
  return item;
}

/** A mark in a row, as short as can be: picture and word; what only tells has no picture. */
function markOf(name) {
  const made = element("span", `mark mark-${name}`, name === "closing" ? null : icon(name), said[`short_${name}`] ?? said[`mark_${name}`]);
  mark(made, { look: name });
  return made;
}

function windowRow({ view, teller, business, since, promised, told_at: toldAt }, range) {
  const [look, face] = [lookOf(view), faceOf(view)];
  const marks = element("td", "marks", ...["overdue", "unattended", "out_of_touch", "closing"]
    .filter((name) => view[name]).map((name) => markOf(name)));
  const row = element("tr", "", element("th", "label", why("window", view.window, view.label)), element("td", "state", icon(face), said[face]),
    element("td", "number", view.number ?? ""), named(business), element("td", "", teller ?? ""),
    element("td", "since", clockTime(since)), ...(view.reopens_at ? [opensCell(view)] : toldCells(view, promised, toldAt, range)), marks);
  mark(row, { window: view.window, state: view.state, look, number: view.number, overdue: isLate(view) });
  return row;
}

/** What is told of a window now, and what was told at first. */
function toldCells(view, promised, toldAt, range) {
  const at = promised && toldAt ? element("span", "told-at", ` (${clockTime(toldAt)})`) : null;
  return [element("td", "range", range(view.range)), element("td", "range", range(promised), at)];
}

/** A window that is shut until a known time has nothing else to tell. */
function opensCell(view) {
  const cell = element("td", "range", fill(said.opens_at, { time: clockTime(view.reopens_at) }));
  cell.colSpan = 2;
  return cell;
}

/** A link to the same page with the reasons of a range. */
function why(kind, name, text) {
  const link = element("a", "why-link", text);
  link.href = `?${new URLSearchParams({ lang: page.lang, [kind]: name })}`;
  link.title = said.why;
  return link;
}

/** A name that gives way where there is no room for all of it. */
function named(text) {
  const cell = element("td", "name", pick(text, page.lang));
  cell.title = cell.textContent;
  return cell;
}

function ticketRow(ticket, range, waited) {
  const row = element("tr", "", element("th", "number", why("ticket", ticket.ticket, ticket.number)), named(ticket.business), named(ticket.priority),
    element("td", "waited", waited(ticket.waited_s)),
    element("td", "range", range(ticket.range)), element("td", "range", range(ticket.promised)),
    element("td", "marks", ticket.overdue ? markOf("overdue") : null));
  mark(row, { ticket: ticket.ticket, number: ticket.number, overdue: ticket.overdue });
  return row;
}

function waitRow(wait, range) {
  const row = element("tr", "", element("th", "", pick(wait.names, page.lang)), element("td", "", String(wait.waiting)),
    element("td", "", String(wait.windows)), element("td", "", range(wait.range)));
  mark(row, { business: wait.business });
  return row;
}

follow(draw, { idle: () => drawActs.idle() });
followAdvice(part);
