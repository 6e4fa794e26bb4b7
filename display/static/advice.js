// What could be done now, on the manager's board: asked for again and again, for no answer holds for long.

import { clockTime, fill } from "./live-model.js";
import { element, mark, replace, setText } from "./dom.js";
import { page, words } from "./live.js";
import { asked } from "./send.js";

const EVERY_MS = 30_000;
/** Older advice is withdrawn. */
const STALE_MS = 90_000;

/** Keeps the panel up to date; `part` finds its elements by id. Hidden while nobody looks or answers. */
export function followAdvice(part) {
  let answeredAt = -Infinity;

  const ask = async () => {
    if (!document.hidden) {
      const advice = await asked(`${page.api}/advice`);
      if (advice) {
        answeredAt = performance.now();
        show(part, advice);
      }
    }
    part("advice").hidden = performance.now() - answeredAt > STALE_MS;
  };

  ask();
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (performance.now() - answeredAt > EVERY_MS) ask();
  });
}

function show(part, advice) {
  setText(part("advice-as-of"), fill(words(page.lang).as_of, { time: clockTime(advice.as_of) }));
  replace(part("advice-says"), ...advice.says.map(({ kind, text }) => {
    const item = element("li", "", text[page.lang]);
    mark(item, { kind });
    return item;
  }));
}
