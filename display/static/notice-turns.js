// What does not fit at once takes turns as still pages: notices, and whatever a hall has too many of. Nothing here touches the document or a clock.

/** No page goes before this; what is longer to read stays longer. */
export const LEAST_MS = 4000;
/** Notices whose languages fit beside each other stand on one page; longer ones take a page for each language. */
const TOGETHER = 140;
const BASE_MS = 3000;
const HAN_MS = 150;
const OTHER_MS = 50;

/** Those that have not ended, by the branch's clock (milliseconds). */
export function standing(notices, now) {
  return (notices ?? []).filter(({ until }) => Date.parse(until) > now);
}

/** The pages: `{key, texts: [{language, text}], ms}`. A text that is the same in all languages stands once, in none. */
export function pagesOf(notices, languages) {
  return notices.flatMap(({ notice, text }) => {
    const texts = languages.map((language) => ({ language, text: text[language] ?? "" })).filter((one) => one.text);
    const isOne = texts.every((one) => one.text === texts[0].text);
    if (isOne) return texts.length ? [pageOf(notice, [{ language: "", text: texts[0].text }])] : [];
    const length = texts.reduce((sum, one) => sum + one.text.length, 0);
    if (length <= TOGETHER) return [pageOf(notice, texts)];
    return texts.map((one) => pageOf(`${notice} ${one.language}`, [one]));
  });
}

/** Many things as pages of about the same length, `most` at most on each. */
export function inPages(items, most, ms) {
  const pages = Math.max(Math.ceil(items.length / most), 1);
  const size = Math.ceil(items.length / pages);
  return Array.from({ length: pages }, (_, at) => ({ key: `${at} of ${pages}`, items: items.slice(at * size, (at + 1) * size), ms }));
}

function pageOf(key, texts) {
  const all = texts.map(({ text }) => text).join("");
  const han = all.match(/\p{Script=Han}/gu)?.length ?? 0;
  return { key, texts, ms: Math.max(LEAST_MS, BASE_MS + HAN_MS * han + OTHER_MS * (all.length - han)) };
}

/** Whose turn it is. */
export class Turns {
  #pages = [];
  #index = 0;
  #since = 0;

  /** Takes the pages there are now; the one being read stays if it is still among them. */
  take(pages, now) {
    const read = this.#pages[this.#index]?.key;
    const kept = pages.findIndex(({ key }) => key === read);
    this.#pages = pages;
    if (kept >= 0) {
      this.#index = kept;
      return;
    }
    this.#index = this.#index < pages.length ? this.#index : 0;
    this.#since = now;
  }

  /** The page to be read now. */
  page(now) {
    return this.#pages[this.at(now)];
  }

  /** The place of the page to be read now, -1 when there is none. */
  at(now) {
    const page = this.#pages[this.#index];
    if (!page) return -1;
    if (this.#pages.length > 1 && now - this.#since >= page.ms) {
      this.#index = (this.#index + 1) % this.#pages.length;
      this.#since = now;
    }
    return this.#index;
  }
}
