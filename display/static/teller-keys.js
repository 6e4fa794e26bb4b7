// The small dialog in which a teller chooses other keys.

import { DEFAULT_KEYS } from "./teller-model.js";

/** Wires the dialog to `keys`; `changed` stores them and prints them on the buttons. */
export function offerKeys(keys, changed) {
  const dialog = document.getElementById("keys");
  const fields = dialog.querySelectorAll("input[data-rebind]");
  const show = () => fields.forEach((field) => { field.value = keys.of(field.dataset.rebind).toUpperCase(); });

  document.getElementById("open-keys").addEventListener("click", () => {
    show();
    dialog.showModal();
  });
  document.getElementById("default-keys").addEventListener("click", () => {
    for (const [action, key] of Object.entries(DEFAULT_KEYS)) keys.rebind(action, key);
    show();
    changed();
  });
  for (const field of fields) {
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229 || ["Tab", "Escape", "Enter"].includes(event.key)) return;
      event.preventDefault();
      if (keys.rebind(field.dataset.rebind, event.key)) changed();
      show();
    });
  }
}
