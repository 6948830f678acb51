// The bar below a list appears when something is ticked, and says how many. Without this script it
// always stands there.
"use strict";

const list = document.querySelector("[data-bulk]");
const bar = list?.querySelector(".bulk");

function count() {
  const ticked = list.querySelectorAll('input[name="person"]:checked').length;
  bar.hidden = ticked === 0;
  const who = ticked === 1 ? "Für 1 angekreuzte Person:" : `Für ${ticked} angekreuzte Personen:`;
  list.querySelector("[data-bulk-count]").textContent = who;
}

if (bar) {
  list.addEventListener("change", count);
  window.addEventListener("pageshow", count); // the browser may have restored ticks
  count();
}
