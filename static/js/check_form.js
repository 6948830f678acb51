// The Selbstcheck form while it is filled in: follow-ups appear with their condition, progress and
// points count along, and leaving with unsaved answers asks first. Rules and points come from the
// page's data attributes, which the server writes from the questionnaire; the server decides.
"use strict";

const form = document.querySelector("[data-check-form]");
const line = document.querySelector("[data-status-line]");
const total = form.querySelectorAll("[data-statement]").length;
let isDirty = form.hasAttribute("data-unsaved");

function pointsOf(statement) {
  const chosen = form.querySelector(`input[type="radio"][name="${statement}"]:checked`);
  return chosen ? Number(chosen.value) : null;
}

function showFollowUps() {
  for (const block of form.querySelectorAll("[data-follow-up]")) {
    const points = pointsOf(block.dataset.followUp);
    block.hidden = points === null || points < Number(block.dataset.minimum);
  }
}

function setText(selector, text) {
  const place = line.querySelector(selector);
  if (place.textContent !== text) place.textContent = text;
}

function countAlong() {
  const chosen = [...form.querySelectorAll('input[type="radio"]:checked')];
  const points = chosen.reduce((sum, input) => sum + Number(input.value), 0);
  setText("[data-answered]", `${chosen.length} von ${total} beantwortet`);
  setText("[data-points]", `bisher ${points} ${points === 1 ? "Punkt" : "Punkte"}`);
  line.querySelector("[data-progress]").value = chosen.length;
}

function update() {
  showFollowUps();
  countAlong();
}

form.addEventListener("input", () => {
  isDirty = true;
  setText("[data-saved]", "Änderungen noch nicht gespeichert");
  update();
});
form.addEventListener("submit", () => {
  isDirty = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});
window.addEventListener("pageshow", update); // the browser may have restored answers
update();
