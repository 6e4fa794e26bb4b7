// The few things every page does to its document. Data enters as text only.

/** An element with a class, text and children. */
export function element(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** An element in one language. */
export function spoken(tag, className, language, text) {
  const made = element(tag, className, ...ranges(text));
  made.lang = language;
  return made;
}

/** A sentence that breaks between its phrases, so that no range and no word is torn apart. */
export function sentence(language, text) {
  const made = element("p", "line", ...phrases(text));
  made.lang = language;
  return made;
}

/** The phrases of a sentence. */
const phrases = (text) => text.split(/(?<=[,，。;；:：.])(\s+)|(?<=[,，。;；:：])(?=\p{Script=Han})/u).filter(Boolean)
  .map((part) => (part.trim() ? element("span", "phrase", ...ranges(part)) : part));

/**
 * A text with its ranges ("15–20 min") and times as parts that stay whole. The catalogues write the comma of Chinese
 * narrow, as signs want it; on a page it is as wide as the characters, and stays the same to whoever copies it.
 */
export const ranges = (text) => text.split(/(\d+(?:–\d+)? (?:分钟内?|分鐘內?|min)|\d\d:\d\d|(?<=[\p{Script=Han}）]),)/u)
  .map((part, place) => (place % 2 ? partOf(part) : part)).filter(Boolean);

const partOf = (part) => (part === "," ? element("span", "comma", element("span", "", part)) : element("span", "whole", part));

/** The picture for a look, from the sprite in the page. */
export function icon(look) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${look}`);
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", "icon");
  picture.append(use);
  const badge = element("span", "badge", picture);
  badge.dataset.look = look;
  return badge;
}

/** A sign of its own beside a state: picture, shape, colour, and its words in each language. */
export function flag(look, ...words) {
  const made = element("span", "flag", icon(look), element("span", "flag-words", ...words));
  made.dataset.look = look;
  return made;
}

/** Sets text only where it differs, so that a screen reader is not told the same again. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows these words in this language. */
export function say(target, language, text) {
  target.lang = language;
  if (target.textContent !== text) target.replaceChildren(...ranges(text));
}

/** Shows this sentence, to be broken between its phrases. */
export function sayInPhrases(target, language, text) {
  target.lang = language;
  if (target.textContent !== text) target.replaceChildren(...phrases(text));
}

/** Replaces what `target` holds, unless it would read the same. */
export function replace(target, ...children) {
  const next = element(target.tagName, "", ...children);
  if (next.innerHTML !== target.innerHTML) target.replaceChildren(...next.childNodes);
}

/** Sets or removes data attributes. */
export function mark(target, marks) {
  for (const [name, value] of Object.entries(marks)) {
    if (value === null || value === undefined || value === false) delete target.dataset[name];
    else target.dataset[name] = String(value);
  }
}

/** Makes the words smaller, step by step, until they fit: nothing essential scrolls. Returns how small. */
export function fit(target, least = 0.4) {
  let scale = 1;
  for (; scale > least; scale *= 0.95) {
    target.style.setProperty("--fit", scale.toFixed(2));
    const isWithin = target.scrollHeight <= target.clientHeight + 1 && target.scrollWidth <= target.clientWidth + 1;
    if (isWithin) break;
  }
  return scale;
}

/** What the server wrote into the page as data. */
export function embedded(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}
