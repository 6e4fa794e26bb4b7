// What a live screen knows, apart from the page: nothing here touches the document, a socket or a clock.
//
// Each message is the whole picture, so the only questions are: is this one newer than what we show, and
// how long have we heard nothing? Times are milliseconds of whatever clock the caller keeps.

/** After this much silence the screen says that it is out of touch. */
export const SILENT_MS = 15_000;
/** After this much silence it withdraws every minute it shows. */
export const WITHDRAW_MS = 90_000;
/** Nothing for so long, though the service speaks every five seconds: whoever has just woken need not wait longer. */
export const MISSED_MS = 6_000;

/**
 * Whether view message `a` is newer than `b`. An epoch is a name, not a number: connections deliver in order and
 * an old one is never listened to again, so another epoch is always a later one.
 */
export function isNewer(a, b) {
  if (a.epoch !== b.epoch) return true;
  return a.seq > b.seq || (a.seq === b.seq && a.view_no > b.view_no);
}

/** The newest picture, and how long ago the service was heard. */
export class Picture {
  #shown = null;
  #asOf = null;
  #heardAt = -Infinity;
  #joining = true;

  constructor(first, now) {
    if (first) this.receive(first, now);
  }

  get view() {
    return this.#shown?.view ?? null;
  }

  get asOf() {
    return this.#asOf;
  }

  /** A new connection: a service that restarted may count its views from the beginning again. */
  join() {
    this.#joining = true;
  }

  /** Takes one message; true when there is something new to draw. */
  receive(message, now) {
    if (message.kind === "pulse") {
      this.#hear(message, now);
      return false;
    }
    if (message.kind !== "view") return false;
    if (!this.#isNews(message)) {
      // A service whose forecast stands still greets us with the view we have: that is no sign of life.
      if (message.as_of > this.#asOf) this.#hear(message, now);
      return false;
    }
    this.#joining = false;
    this.#shown = message;
    this.#hear(message, now);
    return true;
  }

  /** Milliseconds since the service was heard. */
  silence(now) {
    return now - this.#heardAt;
  }

  /** "ok", "silent" or "withdrawn". */
  health(now) {
    const silence = this.silence(now);
    if (silence >= WITHDRAW_MS) return this.#shown ? "withdrawn" : "silent";
    return silence >= SILENT_MS ? "silent" : "ok";
  }

  #isNews(message) {
    if (!this.#shown) return true;
    if (isNewer(message, this.#shown)) return true;
    return this.#joining && message.seq === this.#shown.seq && message.as_of !== this.#asOf;
  }

  #hear(message, now) {
    this.#heardAt = now;
    this.#asOf = message.as_of;
  }
}

/** Calls to be noticed once, however often they are seen. */
export class Calls {
  #seen = new Set();

  /** Those of `calls` that are being made now and were not seen before. */
  fresh(calls) {
    const news = calls.filter((call) => call.calling && !this.#seen.has(call.call));
    for (const call of calls) this.#seen.add(call.call);
    return news;
  }
}

/** Milliseconds until a page that has been replaced loads itself anew: a lobby's pages must not all do so at once. */
export function reloadDelay(random) {
  return 1000 + random * 29_000;
}

/** Milliseconds until the next attempt, after what the service asked for: a whole lobby is back within ten seconds. */
export function reconnectDelay(random, retryS = 0) {
  return retryS * 1000 + 500 + random * 6500;
}

/** The words for `language`, else for its script or family, else any there are. */
export function pick(text, language) {
  if (!text) return "";
  if (text[language]) return text[language];
  const parts = language.split("-");
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const stem = parts.slice(0, length).join("-");
    const near = Object.keys(text).find((code) => text[code] && (code === stem || code.startsWith(`${stem}-`)));
    if (near) return text[near];
  }
  return Object.values(text).find(Boolean) ?? "";
}

/** `"{n} waiting"` with its places filled. */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** hh:mm of an RFC 3339 time, on the branch's own clock whatever the browser's zone. */
export function clockTime(time) {
  return typeof time === "string" ? time.slice(11, 16) : "";
}

/** A low of nothing reads "within" up to this many minutes; a longer "within" tells nobody anything. */
const LONGEST_WITHIN = 15;

/** A range in words; never a bare number. */
export function rangeText(range, words) {
  if (!range) return "";
  const [low, high] = [Math.round(range.low_s / 60), Math.round(range.high_s / 60)];
  const isWithin = low === 0 && high <= LONGEST_WITHIN;
  return fill(isWithin ? words.within : words.about, { low: Math.max(low, 1), high });
}

/** How a window looks: its state, unless something matters more to those who stand before it. */
export function lookOf(window) {
  if (window.out_of_touch) return "out_of_touch";
  if (window.state === "closed") return window.reason === "fault" ? "fault" : "closed";
  if (window.state === "open" && window.unattended) return "unattended";
  if (window.state === "serving" && (window.steps ?? []).some((step) => step.away)) return "away";
  return window.state;
}

/** How a window looks among others that are shut: why it is, where the lobby may know. */
export function faceOf(window) {
  const look = lookOf(window);
  return look === "closed" && window.reason === "back_office" ? "back_office" : look;
}

/** Whether a window says, beside how it looks, that this takes longer than was told. */
export function isLate(window) {
  return Boolean(window.overdue) && ["serving", "away", "wrapping_up", "paused"].includes(lookOf(window));
}

/** Windows that serve today and those that are shut, each in their own group. */
export function grouped(windows) {
  const isShut = (window) => ["closed", "fault"].includes(lookOf(window));
  return { staffed: windows.filter((window) => !isShut(window)), shut: windows.filter(isShut) };
}

/** An RFC 3339 time `minutes` after `time`, with the same offset. */
export function later(time, minutes) {
  const [, offset] = /(Z|[+-]\d\d:\d\d)$/.exec(time);
  const [sign, hours, mins] = offset === "Z" ? [1, 0, 0] : [offset[0] === "-" ? -1 : 1, +offset.slice(1, 3), +offset.slice(4)];
  const local = new Date(Date.parse(time) + (minutes + sign * (hours * 60 + mins)) * 60_000);
  return local.toISOString().slice(0, 19) + offset;
}

/** The next hh:mm on the branch's clock, as an RFC 3339 time. */
export function nextAt(time, hhmm) {
  const today = `${time.slice(0, 11)}${hhmm}:00${/(Z|[+-]\d\d:\d\d)$/.exec(time)[0]}`;
  return Date.parse(today) > Date.parse(time) ? today : later(today, 24 * 60);
}
