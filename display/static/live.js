// Follows the live channel and tells the page what to draw. What is known is live-model.js's business.

import { clockTime, fill, MISSED_MS, Picture, reconnectDelay, reloadDelay, SILENT_MS } from "./live-model.js";
import { element, embedded, ranges, replace } from "./dom.js";

export const page = embedded("page");

/** The page's words in a language. */
export const words = (language) => page.words[language] ?? page.words[page.lang];

/** For so long a screen that seems to have slept asks the service before it says anything: it may be its clock that was put right. */
const DOUBT_MS = 1000;

/** Elapsed milliseconds that neither a clock set back nor a machine asleep can stop. */
function elapsed() {
  let [total, monotonic, wall] = [0, performance.now(), Date.now()];
  return () => {
    const [nextMonotonic, nextWall] = [performance.now(), Date.now()];
    total += Math.max(nextMonotonic - monotonic, nextWall - wall, 0);
    [monotonic, wall] = [nextMonotonic, nextWall];
    return total;
  };
}

/**
 * Calls `draw(view, {health, asOf})` now, on each change of the picture, and when touch is lost or found. A page
 * that the service has replaced by another loads itself anew, as soon as it is `idle()`.
 */
export function follow(draw, { idle = () => true } = {}) {
  const now = elapsed();
  const picture = new Picture(embedded("first-view"), now());
  let socket = null;
  let attempt = null;
  let joinedAt = 0;
  let watchedAt = now();
  let wokenAt = -Infinity;
  let health = null;
  let replaced = false;

  const show = () => {
    health = picture.health(now());
    document.body.dataset.live = health;
    showTouch(picture.asOf, health);
    if (picture.view) draw(picture.view, { health, asOf: picture.asOf });
  };

  const drop = () => {
    clearTimeout(attempt);
    if (socket === null) return;
    socket.onclose = socket.onmessage = null;
    socket.close();
    socket = null;
  };

  const reconnect = (retryS = 0) => {
    drop();
    attempt = setTimeout(connect, reconnectDelay(Math.random(), retryS));
  };

  const connect = () => {
    drop();
    const url = new URL(page.live_url, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("clock", String(Date.now())); // nothing here goes by it; the service tells the operator if it is wrong
    socket = new WebSocket(url);
    joinedAt = now();
    picture.join();
    socket.onclose = () => reconnect();
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.build && message.build !== page.build) renew();
      if (message.kind === "restarting") {
        reconnect(message.retry_s);
      } else if (picture.receive(message, now()) || picture.health(now()) !== health) {
        show();
      } else {
        showTouch(picture.asOf, health);
      }
    };
  };

  const renew = () => {
    if (replaced) return;
    replaced = true;
    setTimeout(reload, reloadDelay(Math.random()));
  };

  /** Only while the service is there: a browser's error page would stay for ever. */
  const reload = () => {
    if (idle() && picture.silence(now()) < MISSED_MS) location.reload();
    else setTimeout(reload, 1000);
  };

  /** Looks at once, and joins at once if anything was missed: no lobby wakes together, so this needs no jitter. */
  const wake = () => {
    if (picture.silence(now()) > MISSED_MS && now() - joinedAt > MISSED_MS) connect();
    watch();
  };

  const watch = () => {
    const slept = now() - watchedAt > MISSED_MS;
    watchedAt = now();
    if (slept) wokenAt = performance.now();
    const next = picture.health(now());
    if (next !== health && performance.now() - wokenAt >= DOUBT_MS) show();
    if (slept) wake();
    // A line that died without a word: no close will ever come.
    else if (socket && next !== "ok" && now() - joinedAt > SILENT_MS) reconnect();
  };

  document.getElementById("screen")?.style.setProperty("--far", String(page.far ?? 1));
  show();
  connect();
  setInterval(watch, 500);
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  return { redraw: show };
}

function showTouch(asOf, health) {
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = clockTime(asOf);
  for (const line of document.querySelectorAll("[data-touch]")) {
    const said = words(line.lang);
    const stamp = health === "withdrawn" ? inBrackets(line.lang, fill(said.as_of, { time: clockTime(asOf) })) : [];
    replace(line, ...(health === "ok" ? [] : [...ranges(said.not_updating), ...stamp]));
  }
}

const inBrackets = (language, text) => (language.startsWith("zh")
  ? [element("span", "whole", `（${text}）`)] : [" ", element("span", "whole", `(${text})`)]);
