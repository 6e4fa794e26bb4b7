// What a room's speaker knows, apart from sound: nothing here touches the document, a socket or a clock.
//
// Calls stand in line and are spoken one at a time, each twice. A call is known by its id, number and time, so that
// it is spoken once however often it is seen: in view after view, after a reconnect, after the page was loaded again.
// Times are milliseconds of whatever clock the caller keeps; how old a call is, is told by the branch's own clock.

/** Each call is spoken so often, in each language. */
export const TIMES = 2;
/** So many calls are remembered: far more than can still be called. */
const REMEMBERED = 400;
const NUMBER = "{number}";

/** What a call is known by. A recall has an id of its own, and is spoken again. */
export const keyOf = ({ call, number, at }) => `${call}|${number}|${at}`;

/** The line of calls to be spoken. `config`, of which it needs `speech`, `forget_ms`, `now`: as the server writes it into the page. */
export class Announcements {
  #speech;
  #forgetMs;
  #joinedAt;
  #known;
  #awaited;
  #line = [];
  #shown = new Map();

  /** `memory`: what `toPlain` gave before the page was loaded again. */
  constructor({ speech, forget_ms: forgetMs, now }, memory = {}) {
    this.#speech = speech;
    this.#forgetMs = forgetMs;
    this.#joinedAt = Date.parse(now);
    this.#known = new Set(listOf(memory?.known));
    this.#awaited = new Set(listOf(memory?.awaited));
  }

  /** Takes the calls of a view, newest first, made up at `asOf` (RFC 3339); true where one is news to this room. */
  hear(calls, asOf, now) {
    this.#shown = new Map(calls.map((call) => [keyOf(call), call]));
    // The view that greets a page may have been made long before.
    const branchNow = Math.max(Date.parse(asOf), this.#joinedAt);
    const news = calls.filter((call) => this.#isNews(call, branchNow)).reverse();
    for (const call of news) this.#line.push({ call, heardAt: now });
    for (const call of calls) this.#remember(keyOf(call));
    return news.length > 0;
  }

  /**
   * The next call to be spoken, out of the line, as {call, spoken: true}; null where there is none. One that was taken
   * back, or whose customer came while others were spoken for longer than the bound, comes as {call, spoken: false}.
   */
  next(now) {
    const first = this.#line.shift();
    if (!first) return null;
    const shown = this.#shown.get(keyOf(first.call));
    const isOver = !shown || (!shown.calling && now - first.heardAt >= this.#forgetMs);
    return { call: first.call, spoken: !isOver };
  }

  /** How many stand in line. */
  get waiting() {
    return this.#line.length;
  }

  /** What to keep for when the page is loaded again: what was begun is not begun again, what was not still is. */
  toPlain() {
    return { known: [...this.#known], awaited: this.#line.map(({ call }) => keyOf(call)) };
  }

  #isNews(call, branchNow) {
    const key = keyOf(call);
    const isAwaited = this.#awaited.delete(key);
    if (!call.calling || utterances(call, this.#speech).length === 0) return false;
    if (isAwaited) return true;
    return !this.#known.has(key) && branchNow - Date.parse(call.at) <= this.#forgetMs;
  }

  #remember(key) {
    this.#known.delete(key);
    this.#known.add(key);
    for (const oldest of this.#known) {
      if (this.#known.size <= REMEMBERED) break;
      this.#known.delete(oldest);
    }
  }
}

/** All that is said of a call: [{round, language, chunks}], each language once a round. None of another room's. */
export function utterances(call, speech) {
  const once = speech.map((words) => ({ language: words.language, chunks: chunksOf(call, words) }));
  const said = once.filter(({ chunks }) => chunks.length > 0);
  return Array.from({ length: TIMES }, (_, at) => said.map((each) => ({ round: at + 1, ...each }))).flat();
}

function chunksOf({ number, window }, { calls, spelling }) {
  const spelled = [...number].map((one) => spelling[one]).filter(Boolean);
  return (calls[window] ?? []).flatMap((part) => (part === NUMBER ? spelled : [part]));
}

/** How loud it is at a time (hh:mm) of the day, 0 to 1; what was set last holds on over midnight. */
export function levelAt(volume, hhmm) {
  if (volume.length === 0) return 1;
  const [, level] = volume.findLast(([from]) => from <= hhmm) ?? volume.at(-1);
  return level;
}

const listOf = (kept) => (Array.isArray(kept) ? kept.filter((key) => typeof key === "string") : []);
