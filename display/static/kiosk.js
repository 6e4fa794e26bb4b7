// Business → ticket, in the customer's own language.

import { fill, pick, rangeText } from "./live-model.js";
import { element, fit, icon, mark, replace, say, setText, spoken } from "./dom.js";
import { follow, page, words } from "./live.js";
import { offerLanguages, speak } from "./language.js";
import { untilAnswered } from "./send.js";
import { followSlip, keepLater } from "./kiosk-news.js";

const BACK_AFTER_MS = 20_000;
/** Without a slip the code on the screen is all there is. */
const BACK_WITHOUT_SLIP_MS = 60_000;
const GIVE_UP_MS = 20_000;
const MOST_ITEMS = 20;
const part = (name) => document.getElementById(name);

let hall = null;
let health = "ok";
let wish = null;
let issued = null;
let later = null;
let problem = null;
let timer = null;

// ---- drawing ---------------------------------------------------------------------------------------------

function drawBusinesses() {
  replace(part("businesses"), ...page.branch.businesses.map(businessButton));
  fitFace();
}

/** Twelve services with long names, or a slip that failed: smaller words, so that nothing has to be scrolled to. */
function fitFace() {
  const face = document.querySelector(`[data-face-name="${document.body.dataset.face}"]`);
  if (face) fit(face);
}

function businessButton(business) {
  const said = words(page.lang);
  const wait = hall?.waits.find((each) => each.business === business.id);
  const count = wait ? fill(said.waiting, { n: wait.waiting }) : "";
  const button = element("button", "choice", spoken("strong", "", page.lang, pick(business.names, page.lang)),
    spoken("span", "count", page.lang, count), spoken("span", "range", page.lang, wait ? waitWords(wait, said) : ""));
  button.type = "button";
  if (wait?.windows === 0) button.lastChild.prepend(icon("closed"));
  mark(button, { business: business.id, shut: wait?.windows === 0 });
  button.addEventListener("click", () => choose(business));
  return button;
}

function waitWords(wait, said) {
  if (wait.windows === 0) return said.no_window;
  return health === "withdrawn" || !wait.range ? "" : fill(said.expected, { range: rangeText(wait.range, said) });
}

function drawDetails() {
  if (!wish) return;
  const said = words(page.lang);
  say(part("details-business"), page.lang, pick(wish.business.names, page.lang));
  setText(part("items"), String(wish.items));
  part("items-group").hidden = !asksItems(wish.business);
  part("priority-group").hidden = page.branch.priorities.length === 0;
  const ordinary = { id: "", names: { [page.lang]: said.ordinary } };
  replace(part("priorities"), ...[ordinary, ...page.branch.priorities].map(priorityButton));
}

function priorityButton(priority) {
  const button = element("button", "choice", spoken("strong", "", page.lang, pick(priority.names, page.lang)));
  button.type = "button";
  button.setAttribute("aria-pressed", String(wish.priority === priority.id));
  mark(button, { priority: priority.id });
  return button;
}

function drawIssued() {
  if (!issued) return;
  const said = words(page.lang);
  setText(part("number"), issued.number);
  part("number").style.setProperty("--chars", String(Math.max(issued.number.length, 4)));
  mark(part("result"), { number: issued.number, ticket: issued.ticket });
  say(part("ahead"), page.lang, issued.ahead === 0 ? said.first_in_line : fill(said.ahead, { n: issued.ahead }));
  say(part("range"), page.lang, issued.wait?.high_s ? fill(said.expected, { range: rangeText(issued.wait, said) }) : said.no_window);
  const url = new URL(issued.url, location.href);
  part("qr").src = `${url.pathname}/qr.svg`;
  part("qr").alt = said.qr_alt;
  setText(part("link"), url.href);
  drawSlip(said);
}

function drawSlip(said) {
  const { printed } = issued;
  mark(part("result"), { printed });
  part("slip").hidden = !printed;
  const words = printed ? [said[`printed_${printed}`], ...(printed === "failed" ? [said.without_slip] : [])] : [];
  replace(part("slip"), ...words.map((each) => spoken("span", "", page.lang, each)));
}

/** When it is quieter; where nobody serves at all, when somebody will. */
function drawLater() {
  const isShut = hall?.waits.length > 0 && hall.waits.every((wait) => wait.windows === 0);
  const words = isShut ? openWords() : health !== "withdrawn" && pick(later?.says, page.lang);
  mark(part("later"), { shut: isShut });
  part("later").hidden = !words;
  say(part("later"), page.lang, words || "");
  fitFace();
}

function openWords() {
  const lines = pick(hall.open, page.lang) || [];
  return (health === "withdrawn" ? lines.slice(0, 1) : lines).join(" · ");
}

function drawProblem() {
  if (problem) say(part("problem"), page.lang, problem());
}

function redraw() {
  say(part("branch"), page.lang, pick(page.branch.names, page.lang));
  drawBusinesses();
  drawLater();
  drawDetails();
  drawIssued();
  drawProblem();
  fitFace();
}

/** One of the kiosk's faces; every face but the first goes back by itself. */
function show(face) {
  document.body.dataset.face = face;
  for (const each of document.querySelectorAll("[data-face-name]")) each.hidden = each.dataset.faceName !== face;
  fitFace();
  clearTimeout(timer);
  if (face !== "start" && face !== "sending") timer = setTimeout(back, issued?.printed === "failed" ? BACK_WITHOUT_SLIP_MS : BACK_AFTER_MS);
}

// ---- doing -----------------------------------------------------------------------------------------------

const asksItems = (business) => Boolean(business.items?.length ?? business.items);

function back() {
  wish = issued = problem = null;
  speak(page.home);
  redraw();
  show("start");
}

function choose(business) {
  wish = { business, priority: "", items: 1 };
  if (page.branch.priorities.length === 0 && !asksItems(business)) {
    take();
    return;
  }
  drawDetails();
  show("details");
}

function changeItems(by) {
  wish.items = Math.min(Math.max(wish.items + by, 1), MOST_ITEMS);
  drawDetails();
  show("details");
}

async function take() {
  const body = { business: wish.business.id, language: page.lang, kiosk: part("screen").dataset.kiosk };
  if (wish.priority) body.priority = wish.priority;
  if (asksItems(wish.business)) body.items = wish.items;
  show("sending");
  const answer = await untilAnswered(`${page.api}/tickets`, body, GIVE_UP_MS);
  if (answer?.status === 201 || answer?.status === 200) {
    issued = answer.body;
    drawIssued();
    show("issued");
    if (issued.printed === "queued") followSlip(`${page.api}/tickets/${encodeURIComponent(issued.ticket)}/printed`, slipTold(issued));
    return;
  }
  problem = () => problemIn(words(page.lang), answer);
  drawProblem();
  show("problem");
}

/** Why there is no number, for who stands there: the service's own detail is for whoever wrote the client. */
function problemIn(said, answer) {
  if (!answer) return said.no_answer;
  if (answer.status === 404) return said.not_offered;
  return answer.status >= 500 ? said.no_record : fill(said.refused, { status: answer.status });
}

/** Says what has become of this customer's slip, while it is still they who stand there. */
const slipTold = (ticket) => (printed) => {
  if (issued !== ticket) return false;
  if (printed !== issued.printed) {
    issued.printed = printed;
    drawIssued();
    show("issued");
  }
  return true;
};

part("priorities").addEventListener("click", (event) => {
  const button = event.target.closest("[data-priority]");
  if (!button) return;
  wish.priority = button.dataset.priority;
  drawDetails();
  show("details");
});
part("fewer").addEventListener("click", () => changeItems(-1));
part("more").addEventListener("click", () => changeItems(1));
part("take").addEventListener("click", take);
for (const button of document.querySelectorAll("[data-back]")) button.addEventListener("click", back);

page.home = page.lang;
speak(page.lang);
redraw();
show("start");
follow((view, live) => {
  hall = view;
  ({ health } = live);
  drawBusinesses();
  drawLater();
}, { idle: () => document.body.dataset.face === "start" });
offerLanguages(redraw);
addEventListener("resize", fitFace);
document.fonts?.ready.then(fitFace);
keepLater(`${page.api}/hours/later`, (found) => {
  later = found;
  drawLater();
});
