// What a kiosk asks for beside the live channel: what has become of a slip, and when it is quieter today.

import { asked, sleep } from "./send.js";

const SLIP_EVERY_MS = 500;
/** The service gives a slip up before; an answer that never comes is no slip either. */
const SLIP_GIVE_UP_MS = 30_000;
const LATER_EVERY_MS = 150_000;

/** Calls `told(printed)` until the slip is on paper or never will be, or nobody wants to know any more. */
export async function followSlip(url, told) {
  const end = performance.now() + SLIP_GIVE_UP_MS;
  while (performance.now() < end) {
    await sleep(SLIP_EVERY_MS);
    const printed = (await asked(url))?.printed ?? "queued";
    if (!told(printed) || printed !== "queued") return;
  }
  told("failed");
}

/** Calls `found(answer)`, or with null where nothing can be said, now and every few minutes. */
export async function keepLater(url, found) {
  for (;;) {
    const answer = await asked(url);
    found(answer?.at ? answer : null);
    await sleep(LATER_EVERY_MS * (0.8 + 0.4 * Math.random()));
  }
}
