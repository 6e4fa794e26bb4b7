// Changes a page's language in place: a page that asked the server again could end as a browser's error page.

import { mark } from "./dom.js";
import { page, words } from "./live.js";

/** Says every fixed label in `language`. */
export function speak(language) {
  page.lang = language;
  document.documentElement.lang = language;
  for (const target of document.querySelectorAll("[data-word]")) target.textContent = words(language)[target.dataset.word];
  for (const line of document.querySelectorAll("[data-touch]")) line.lang = language;
  for (const choice of document.querySelectorAll("[data-language]")) {
    choice.setAttribute("aria-pressed", String(choice.dataset.language === language));
    mark(choice, { chosen: choice.dataset.language === language });
  }
}

/** Lets the reader choose; `changed` draws what is not a fixed label. */
export function offerLanguages(changed) {
  for (const choice of document.querySelectorAll("[data-language]")) {
    choice.addEventListener("click", () => {
      speak(choice.dataset.language);
      changed();
    });
  }
}
