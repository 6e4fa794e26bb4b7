// Leaving the queue takes two taps in two places, so that no pocket and no double tap does it.

import { fill } from "./live-model.js";
import { say } from "./dom.js";
import { page, words } from "./live.js";
import { untilAnswered } from "./send.js";

const ARMED_AFTER_MS = 700;
const ASKED_FOR_MS = 20_000;
const GIVE_UP_MS = 15_000;
const part = (name) => document.getElementById(name);

/** The place in the queue, as the customer may give it up; `draw(state)` whenever the page is drawn. */
export class Leaving {
  #state = null;
  #asked = null;
  #askedAt = 0;
  #timer = null;
  #sending = false;
  #outcome = null;

  constructor() {
    part("leave").addEventListener("click", () => this.#ask());
    part("stay").addEventListener("click", () => this.#close());
    part("leave-yes").addEventListener("click", () => this.#leave());
  }

  draw(state) {
    if (this.#asked && state !== this.#asked) {
      // What they were asked is no longer so. A call they must know of first; anything else ends the question.
      if (state === "called" || state === "waiting") this.#ask(state);
      else this.#close();
    }
    this.#state = state;
    const may = state === "waiting" || state === "called";
    part("leave").hidden = !may || this.#asked !== null;
    part("sure").hidden = this.#asked === null;
    part("leave-yes").disabled = this.#sending;
    const said = words(page.lang);
    say(part("sure-words"), page.lang, this.#asked === "called" ? said.leave_called : said.leave_sure);
    say(part("leave-said"), page.lang, this.#outcome ? this.#outcome(said) : "");
  }

  #ask(state = this.#state) {
    this.#asked = state;
    this.#askedAt = performance.now();
    this.#outcome = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#close(), ASKED_FOR_MS);
    this.#state = state;
    this.draw(state);
    part("sure").scrollIntoView({ block: "nearest" });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.draw(this.#state);
  }

  async #leave() {
    if (this.#sending || performance.now() - this.#askedAt < ARMED_AFTER_MS) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    this.draw(this.#state);
    const answer = await untilAnswered(`${location.pathname}/leave`, { state: this.#asked }, GIVE_UP_MS);
    this.#sending = false;
    if (answer?.status === 409 && answer.body?.state === "called") {
      this.#ask("called");
      return;
    }
    this.#outcome = outcomeOf(answer);
    this.#close();
  }
}

function outcomeOf(answer) {
  if (answer?.status === 200) return null; // the live picture says it
  if (answer?.status === 409) return (said) => fill(said.leave_late, { state: said[`ticket_${answer.body?.state}`] ?? "" });
  if (answer?.status === 410) return (said) => said.over;
  return (said) => said.leave_silent;
}
