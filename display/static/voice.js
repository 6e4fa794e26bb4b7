// Speaks the calls of a room from recorded chunks. Which and how often is voice-model.js's business.
//
// What is done is told by "spoken" events on the document, whose `detail` has a `kind`: "begins" and "ends" (of one
// utterance, with its chunks and when each sounds), "passed" (a call that needed no more speaking), "failed", "missing" (a
// chunk without a usable recording, once) and "sound" (whether the browser lets us play).

import { Announcements, levelAt, utterances } from "./voice-model.js";
import { clockTime } from "./live-model.js";

const RATE = 24_000;
/** Words begin so long after the chime does; it fades under them. */
const CHIME_S = 0.3;
const LEAD_S = 0.01;
const BETWEEN_S = 0.35;
/** A recording that has not come by then is left out, this time. */
const PATIENCE_MS = 2_000;
/** Where nothing sounds for so long though it may, the loudspeaker is gone: what was begun is given up. */
const STILL_MS = 3_000;
/** A browser that lets us play does so by then. */
const ALLOWED_MS = 1_000;
/** So often what did not arrive is asked for again. */
const AGAIN_MS = 10_000;

const tell = (kind, detail) => document.dispatchEvent(new CustomEvent("spoken", { detail: { kind, ...detail } }));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A room's speaker, for `config` as the server writes it; null, with the sign up, where there can be no sound. */
export function speakerOf(config, sign) {
  if (!config) return null;
  try {
    return new Speaker(config, sign);
  } catch {
    sign.hidden = false;
    sign.dataset.sound = "none";
    return null;
  }
}

class Speaker {
  #config;
  #announcements;
  #recordings;
  #context;
  #gain;
  #asOf = null;
  #isSpeaking = false;
  #kept = "";

  constructor(config, sign) {
    this.#config = config;
    this.#announcements = new Announcements(config, recalled(config.memory));
    this.#context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    this.#gain = this.#context.createGain();
    this.#gain.connect(this.#context.destination);
    this.#recordings = new Recordings(this.#context, config);
    this.#watch(sign);
  }

  /** Whether nothing is being said: the page may be loaded anew. */
  get idle() {
    return !this.#isSpeaking || this.#context.state !== "running";
  }

  /** Takes the calls of a view made up at `asOf`. */
  hear(calls, asOf) {
    this.#asOf = asOf;
    const isNews = this.#announcements.hear(calls, asOf, performance.now());
    this.#keep();
    if (isNews && !this.#isSpeaking) this.#speakAll();
  }

  async #speakAll() {
    this.#isSpeaking = true;
    let pause = LEAD_S;
    for (;;) {
      await this.#audible();
      const next = this.#announcements.next(performance.now());
      if (!next) break;
      this.#keep();
      const about = { call: next.call.call, number: next.call.number };
      if (next.spoken) await this.#announce(next.call, pause).catch(() => tell("failed", about));
      else tell("passed", about);
      pause = BETWEEN_S;
    }
    this.#isSpeaking = false;
  }

  async #announce(call, pause) {
    const [first, ...others] = utterances(call, this.#config.speech);
    await this.#utter(call, first, await this.#recordings.chime(), pause);
    for (const utterance of others) await this.#utter(call, utterance, null, BETWEEN_S);
  }

  /** Plays the chunks of one utterance without a gap, after a pause, and waits until the last one has been heard. */
  async #utter(call, { round, language, chunks }, chime, pause) {
    const found = await this.#recordings.of(language, chunks);
    await this.#audible();
    const level = levelAt(this.#config.volume, clockTime(this.#asOf));
    this.#gain.gain.value = level;
    const begins = this.#context.currentTime + pause;
    const wordsBegin = chime ? begins + CHIME_S : begins;
    const wall = this.#wallClock();
    const played = [];
    let at = wordsBegin;
    for (const { chunk, buffer } of found) {
      if (!buffer) continue;
      played.push({ chunk, at_ms: wall(at), source: this.#play(buffer, at) });
      at += buffer.duration;
    }
    if (played.length === 0) return;
    const chimed = chime ? this.#play(chime, begins) : null;
    const said = { call: call.call, number: call.number, label: call.label, round, language, level };
    tell("begins", { ...said, at_ms: wall(chime ? begins : wordsBegin), words_at_ms: wall(wordsBegin), chunks: played.map(({ chunk, at_ms: atMs }) => [chunk, atMs]) });
    const isWhole = await this.#heard(played.at(-1).source, at);
    if (!isWhole) for (const source of [chimed, ...played.map((each) => each.source)]) source?.stop();
    tell("ends", { ...said, at_ms: Date.now(), due_ms: wall(at), whole: isWhole });
  }

  /** Waits until a source has been heard to its end; false where sound stands still though it may play. */
  async #heard(source, until) {
    const ended = new Promise((resolve) => {
      source.onended = () => resolve(true);
    });
    for (let reached = -1; ;) {
      if (await Promise.race([ended, sleep(STILL_MS).then(() => false)])) return true;
      await this.#audible();
      const now = this.#context.currentTime;
      if (now >= until) return true;
      if (now === reached) return false;
      reached = now;
    }
  }

  #play(buffer, at) {
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#gain);
    source.start(at);
    return source;
  }

  /** From this context's time to the machine's, at the loudspeaker. */
  #wallClock() {
    const [now, latency] = [this.#context.currentTime, this.#context.outputLatency || 0];
    const wall = Date.now();
    return (time) => Math.round((wall + (time - now + latency) * 1000) * 10) / 10;
  }

  /** Resolves once the browser lets us play. */
  async #audible() {
    while (this.#context.state !== "running") {
      await new Promise((resolve) => {
        this.#context.addEventListener("statechange", resolve, { once: true });
      });
    }
  }

  /** Says on the page that nobody can hear it, with a button: browsers want to be touched before they play. */
  #watch(sign) {
    let wasOn = false;
    const show = () => {
      const isOn = this.#context.state === "running";
      wasOn ||= isOn;
      if (sign.dataset.sound === (isOn ? "on" : "off")) return;
      sign.hidden = isOn;
      sign.dataset.sound = isOn ? "on" : "off";
      dispatchEvent(new Event("resize")); // the sign takes room from the page
      tell("sound", { on: isOn });
    };
    const wake = () => {
      if (this.#context.state !== "running") this.#context.resume().then(show, show);
    };
    this.#context.addEventListener("statechange", show);
    for (const gesture of ["click", "keydown"]) document.addEventListener(gesture, wake);
    wake();
    setTimeout(show, ALLOWED_MS);
    // What has played before may play again: the machine slept, or its loudspeaker was away.
    setInterval(() => wasOn && wake(), AGAIN_MS);
  }

  #keep() {
    const plain = JSON.stringify(this.#announcements.toPlain());
    if (plain === this.#kept) return;
    this.#kept = plain;
    try {
      localStorage.setItem(this.#config.memory, plain);
    } catch {
      // Without storage a page that is loaded again goes by the age of calls alone.
    }
  }
}

function recalled(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}");
  } catch {
    return {};
  }
}

/** The recordings, fetched and decoded before they are needed. */
class Recordings {
  #context;
  #config;
  #held = new Map();
  #told = new Set();

  constructor(context, config) {
    this.#context = context;
    this.#config = config;
    this.chime();
    for (const { language, files } of config.speech) this.of(language, Object.keys(files));
  }

  /** The chunks with their sound, in order; null for one that cannot be had. */
  of(language, chunks) {
    const { files } = this.#config.speech.find((each) => each.language === language);
    return Promise.all(chunks.map(async (chunk) => ({ chunk, buffer: await this.#at(files[chunk], { language, chunk }) })));
  }

  chime() {
    return this.#at(this.#config.chime, { chunk: "chime" });
  }

  async #at(address, about) {
    if (!address) return null;
    const held = this.#held.get(address);
    if (!held || (held.failedAt !== null && performance.now() - held.failedAt > AGAIN_MS)) this.#held.set(address, this.#load(address, about));
    return Promise.race([this.#held.get(address).buffer, sleep(PATIENCE_MS).then(() => null)]);
  }

  #load(address, about) {
    const held = { failedAt: null };
    held.buffer = fetched(address).then((bytes) => this.#context.decodeAudioData(bytes)).catch(() => {
      held.failedAt = performance.now();
      if (!this.#told.has(address)) tell("missing", { ...about, address });
      this.#told.add(address);
      return null;
    });
    return held;
  }
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.arrayBuffer();
}
