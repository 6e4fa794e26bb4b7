// What a strip over a window says in one language: nothing here touches the document.

import { isLate, lookOf, rangeText } from "./live-model.js";

/** For so long a page stands still before the next language's. */
export const PAGE_MS = 5_000;

/** Number, state, minutes, and the first sentence; minutes that had to be withdrawn are in none of them. */
export function pageOf(view, language, words, health) {
  const look = lookOf(view);
  const isDark = look === "closed" || look === "out_of_touch";
  const minutes = rangeText(view.range, words) || (isLate(view) ? words.overdue : "");
  return {
    look,
    number: isDark ? "" : (view.number ?? ""),
    state: words[look],
    minutes: isDark || health === "withdrawn" ? "" : minutes,
    line: health === "withdrawn" ? "" : (view.lines?.[language]?.[0] ?? ""),
  };
}
