// What is wrong with the kiosks' printers, beside the live picture: paper is no part of the branch's state.

import { fill } from "./live-model.js";
import { element, icon, mark, replace, spoken } from "./dom.js";
import { page, words } from "./live.js";
import { asked, sleep } from "./send.js";

const EVERY_MS = 20_000;

function draw(printers) {
  const said = words(page.lang);
  const faults = printers.filter((each) => each.fault);
  replace(document.getElementById("printers"), ...faults.map((each) => item(said, each)));
}

function item(said, { printer, fault }) {
  const text = fill(said.printer, { printer, fault: said[`printer_${fault}`] ?? fault });
  const made = element("li", "alert", icon("fault"), spoken("span", "", page.lang, text));
  mark(made, { look: "fault" });
  return made;
}

for (;;) {
  const answer = await asked(`${page.api}/printers`);
  if (answer) draw(answer.printers);
  if (answer?.printers.length === 0) break;
  await sleep(EVERY_MS);
}
