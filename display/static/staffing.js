// The staffing pages: boxes that can be drawn along, counts below them, and a bar that follows a run.

import { sleep } from "./send.js";

const POLL_MS = 400;
const grid = document.querySelector(".grid");
const running = document.querySelector("[data-poll]");

if (grid) {
  const rows = [...grid.querySelectorAll("tbody tr[data-window]")].map((row) => [...row.querySelectorAll("[type=checkbox]")]);
  const counts = [...grid.querySelectorAll("[data-count]")];
  const count = () => counts.forEach((cell, at) => { cell.textContent = String(rows.filter((row) => row[at].checked).length); });
  let drawn = null;
  grid.addEventListener("pointerdown", (event) => {
    if (!event.target.matches("input") || event.pointerType !== "mouse") return;
    event.preventDefault();
    event.target.focus();
    drawn = !event.target.checked;
    event.target.checked = drawn;
    count();
  });
  grid.addEventListener("pointerover", (event) => {
    if (drawn === null || !event.target.matches("input")) return;
    event.target.checked = drawn;
    count();
  });
  addEventListener("pointerup", () => setTimeout(() => { drawn = null; }));
  grid.addEventListener("click", (event) => {
    if (drawn !== null && event.target.matches("input")) event.preventDefault(); // already drawn by its press
  });
  grid.addEventListener("change", count);
  addEventListener("pageshow", count);

  const weekday = document.querySelector("[name=weekday]");
  const demands = [...grid.querySelectorAll("[data-weekday]")];
  const show = () => {
    const known = demands.some((row) => row.dataset.weekday === weekday.value);
    for (const row of demands) row.hidden = row.dataset.weekday !== (known ? weekday.value : "");
  };
  weekday.addEventListener("change", show);
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());

if (running) follow();

async function follow() {
  const bar = running.querySelector("progress");
  for (;;) {
    await sleep(POLL_MS);
    const run = await fetch(running.dataset.poll, { cache: "no-store" }).then((answer) => answer.json()).catch(() => null);
    if (!run) continue;
    if (run.state !== "running" && run.state !== "waiting") return location.reload();
    for (const stage of running.querySelectorAll("[data-stage]")) {
      if (stage.dataset.stage === run.stage) stage.setAttribute("aria-current", "step");
      else stage.removeAttribute("aria-current");
    }
    running.querySelector("[data-waiting]").hidden = run.state !== "waiting";
    running.querySelector("[data-done]").textContent = run.done;
    running.querySelector("[data-total]").textContent = run.total;
    running.querySelector(".count").hidden = !run.total;
    if (run.total) {
      bar.max = run.total;
      bar.value = run.done;
    } else bar.removeAttribute("value"); // nobody knows how long
  }
}
