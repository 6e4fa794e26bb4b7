// Sends one command. An answer that does not come in time is no answer: the caller sends the same key again.

import { isSettled, newKey, retryDelay } from "./teller-model.js";

const PATIENCE_MS = 8000;

/** Resolves to `{status, body, retryAfterS}`; rejects when there is no answer. */
export async function post(url, body, key) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await answer.text();
  return { status: answer.status, body: parsed(text), retryAfterS: Number(answer.headers.get("Retry-After")) || 0 };
}

/**
 * Sends a command with the same key each time, so that a lost answer does no harm. When the time is over: the last
 * answer, which was that it cannot be done yet, or null where nobody answered.
 */
export async function untilAnswered(url, body, giveUpMs) {
  const key = newKey();
  const end = performance.now() + giveUpMs;
  let answer = null;
  for (let attempt = 0; performance.now() < end; attempt += 1) {
    try {
      answer = await post(url, body, key);
      if (isSettled(answer.status)) return answer;
    } catch {
      answer = null; // ask again with the same key
    }
    await sleep(retryDelay(Math.random(), attempt, answer?.retryAfterS));
  }
  return answer;
}

/** What a GET answers as JSON, or null: whoever asks for news asks again later. */
export async function asked(url) {
  try {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A proxy's error page is no JSON, and no reason to fall over. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
