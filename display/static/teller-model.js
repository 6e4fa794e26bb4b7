// Keys and presses of the teller's page, apart from the page.

/** Action → key, as printed on the buttons. Each teller may choose others. */
export const DEFAULT_KEYS = Object.freeze({
  "sign-in": "i", "sign-out": "e", open: "o", next: "n", recall: "r", "no-show": "m", start: "s",
  finish: "f", "finish-records": "g", "finish-tidying": "h", ready: "y", pause: "p", resume: "u",
  "back-office": "b", closing: "l", close: "x", transfer: "t", missed: "k", undo: "z", away: "w", soon: "a",
  "minutes-5": "7", "minutes-10": "8", "minutes-20": "9", "minutes-30": "0",
  "step-1": "1", "step-2": "2", "step-3": "3", "step-4": "4", "step-5": "5", "step-6": "6",
});

const RESERVED = new Set(["enter", " ", "tab", "escape", "shift", "control", "alt", "meta", "capslock", "process", "dead", "unidentified"]);

/** The key of a keyboard event, or null where it is not ours: an input method, a field, a shortcut, a held key. */
export function keyOf(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing || event.keyCode === 229) return null;
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  if (event.target?.closest?.("input, textarea, select, [contenteditable]")) return null;
  return event.key.toLowerCase();
}

/** Which key does what. */
export class Keys {
  #keys;

  /** `chosen`: what the teller changed before, from storage; anything unusable in it is passed over. */
  constructor(chosen = {}) {
    this.#keys = { ...DEFAULT_KEYS };
    for (const [action, key] of Object.entries(chosen ?? {})) {
      if (action in DEFAULT_KEYS && typeof key === "string") this.rebind(action, key);
    }
  }

  of(action) {
    return this.#keys[action];
  }

  actionOf(key) {
    return Object.keys(this.#keys).find((action) => this.#keys[action] === key) ?? null;
  }

  /** Gives `action` this key; who had it gets the old one, so that no two share. False for a key that is not free. */
  rebind(action, key) {
    const wanted = key.toLowerCase();
    if (RESERVED.has(wanted)) return false;
    const other = this.actionOf(wanted);
    if (other) this.#keys[other] = this.#keys[action];
    this.#keys[action] = wanted;
    return true;
  }

  /** Only what differs from the defaults. */
  toJSON() {
    return Object.fromEntries(Object.entries(this.#keys).filter(([action, key]) => DEFAULT_KEYS[action] !== key));
  }
}

const LOOK_MS = 100;

/**
 * Keys pressed a moment before the view that allows them, as a practised hand does: kept, in order, while an
 * answer or its view is still on the way. `perform(key)` does what a key says and returns whether it could;
 * `awaited()` tells whether a new view may still come; `refuse(key)` says why a key came to nothing.
 */
export class EarlyKeys {
  #held = [];

  constructor({ perform, awaited, refuse, sleep }) {
    Object.assign(this, { perform, awaited, refuse, sleep });
  }

  press(key) {
    if (this.#held.length === 0 && this.perform(key)) return;
    if (!this.awaited()) this.refuse(key);
    else if (this.#held.at(-1) !== key) this.#hold(key);
  }

  /** There is a new view. */
  retry() {
    while (this.#held.length > 0 && this.perform(this.#held[0])) this.#held.shift();
  }

  drop() {
    this.#held = [];
  }

  async #hold(key) {
    this.#held.push(key);
    if (this.#held.length > 1) return;
    while (this.#held.length > 0 && this.awaited()) await this.sleep(LOOK_MS);
    for (const late of this.#held.splice(0)) this.refuse(late);
  }
}

/** 128 random bits. crypto.randomUUID is missing on plain HTTP, getRandomValues is not. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether an answer settles a press: the service may be restarting or full, then the same press is sent again. */
export function isSettled(status) {
  return status < 500 && ![408, 425, 429].includes(status);
}

/** Milliseconds until the same press is sent again. */
export function retryDelay(random, attempt, retryAfterS = 0) {
  return Math.max(retryAfterS * 1000, 250 + random * Math.min(500 * 2 ** attempt, 5000));
}

/**
 * Presses on their way, one at a time and in order, each with its own key until it is answered.
 * `send(press)` resolves to `{status, body, retryAfterS}` or rejects; `sleep(ms)` waits; `changed()` redraws.
 */
export class Presses {
  #queue = [];
  #running = false;

  constructor({ send, sleep, changed, random = Math.random }) {
    Object.assign(this, { send, sleep, changed, random });
    this.refusal = null;
  }

  get pending() {
    return this.#queue.map(({ command }) => command);
  }

  /** Shows that a press was not even sent. */
  refuse(command, detail) {
    this.refusal = { command, body: { detail } };
    this.changed();
  }

  /** Takes a press; one that is already on its way is not doubled. */
  press(command, body = {}) {
    const same = (other) => other.command === command && JSON.stringify(other.body) === JSON.stringify(body);
    if (this.#queue.some(same)) return;
    this.refusal = null;
    this.#queue.push({ command, body, key: newKey() });
    this.changed();
    this.#drain();
  }

  async #drain() {
    if (this.#running) return;
    this.#running = true;
    while (this.#queue.length > 0) {
      const press = this.#queue[0];
      const answer = await this.#untilAnswered(press);
      this.#queue.shift();
      if (answer.status >= 400) this.refusal = { command: press.command, ...answer };
      else if (answer.status === 204 && press.command === "next") this.refusal = { command: "next", status: 204, body: null };
      this.changed();
    }
    this.#running = false;
  }

  async #untilAnswered(press) {
    for (let attempt = 0; ; attempt += 1) {
      let answer = null;
      try {
        answer = await this.send(press);
        if (isSettled(answer.status)) return answer;
      } catch {
        // No answer: it may have been heard all the same, so the same key goes out again.
      }
      await this.sleep(retryDelay(this.random(), attempt, answer?.retryAfterS));
    }
  }
}
