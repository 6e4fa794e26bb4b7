// Shows the manager's notices, one still page after another, in a band that keeps its height.

import { element, fit, mark, replace } from "./dom.js";
import { pagesOf, standing, Turns } from "./notice-turns.js";

const LOOK_MS = 500;

/** Keeps `band` showing; call what it returns with each view's notices and its time. */
export function showNotices(band, languages) {
  const turns = new Turns();
  let [notices, asOf, drawnAt] = [[], 0, 0];

  let drawn = "";

  const look = () => {
    const now = performance.now();
    const pages = pagesOf(standing(notices, asOf + now - drawnAt), languages);
    turns.take(pages, now);
    const turn = turns.at(now);
    const next = JSON.stringify([pages, turn]);
    if (next === drawn) return;
    drawn = next;
    band.hidden = pages.length === 0;
    replace(band, ...pages.map((page, place) => pageElement(page, place === turn)));
    mark(band, { pages: pages.length, turn });
    dispatchEvent(new Event("resize"));
  };

  addEventListener("resize", () => fit(band));
  setInterval(look, LOOK_MS);
  return (next, time) => {
    notices = next ?? [];
    if (Date.parse(time) !== asOf) [asOf, drawnAt] = [Date.parse(time), performance.now()]; // time goes on while nobody is heard
    look();
  };
}

/** All pages stand in the same place, so that the band is as high as the highest and nothing jumps. */
function pageElement({ key, texts }, isSeen) {
  const made = element("div", isSeen ? "notice-page seen" : "notice-page", ...texts.map(({ language, text }) => {
    const line = element("p", "", text);
    line.dir = "auto";
    if (language) line.lang = language;
    return line;
  }));
  mark(made, { notice: key });
  if (!isSeen) made.setAttribute("aria-hidden", "true");
  return made;
}
