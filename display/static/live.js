// Follows the live channel and tells the page what to draw. What is known is live-model.js's business.

import { clockTime, fill, Picture, reconnectDelay, SILENT_MS } from "./live-model.js";
import { embedded, say } from "./dom.js";

export const page = embedded("page");

/** The page's words in a language. */
export const words = (language) => page.words[language] ?? page.words[page.lang];

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

/** Calls `draw(view, {health, asOf})` now, on each change of the picture, and when touch is lost or found. */
export function follow(draw) {
  const now = elapsed();
  const picture = new Picture(embedded("first-view"), now());
  let socket = null;
  let joinedAt = 0;
  let health = null;

  const show = () => {
    health = picture.health(now());
    document.body.dataset.live = health;
    showTouch(picture.asOf, health);
    if (picture.view) draw(picture.view, { health, asOf: picture.asOf });
  };

  const reconnect = (retryS = 0) => {
    if (socket === null) return;
    socket.onclose = socket.onmessage = null;
    socket.close();
    socket = null;
    setTimeout(connect, reconnectDelay(Math.random(), retryS));
  };

  const connect = () => {
    const url = new URL(page.live_url, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    joinedAt = now();
    picture.join();
    socket.onclose = () => reconnect();
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.kind === "restarting") {
        reconnect(message.retry_s);
      } else if (picture.receive(message, now()) || picture.health(now()) !== health) {
        show();
      } else {
        showTouch(picture.asOf, health);
      }
    };
  };

  const watch = () => {
    const next = picture.health(now());
    if (next !== health) show();
    // A line that died without a word: no close will ever come.
    if (next !== "ok" && now() - joinedAt > SILENT_MS) reconnect();
  };

  show();
  connect();
  setInterval(watch, 1000);
  document.addEventListener("visibilitychange", watch);
  return { redraw: show };
}

function showTouch(asOf, health) {
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = clockTime(asOf);
  for (const line of document.querySelectorAll("[data-touch]")) {
    const said = words(line.lang);
    const stamp = health === "withdrawn" ? ` (${fill(said.as_of, { time: clockTime(asOf) })})` : "";
    say(line, line.lang, health === "ok" ? "" : said.not_updating + stamp);
  }
}
