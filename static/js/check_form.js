// The Selbstcheck form while it is filled in: follow-ups appear with their condition, progress and
// points count along, and htmx saves what was typed. If that fails, this script says so and tries
// again; if the login has expired, it asks for it on the spot. Rules and points come from the page's
// data attributes, which the server writes from the questionnaire; the server decides.
"use strict";

const form = document.querySelector("[data-check-form]");
const line = document.querySelector("[data-status-line]");
const total = form.querySelectorAll("[data-statement]").length;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30000;
// Changes are counted: a save that arrives holds those made before it was sent.
let changes = form.hasAttribute("data-unsaved") ? 1 : 0;
let sent = 0;
let stored = 0;
let wait = FIRST_WAIT_MS;
let timer = 0;
let wasSaved = false;
let chosenAt = ""; // the block in which a choice was made that goes away with the answer

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
  const chosen = [...form.querySelectorAll(".answer__input:checked")];
  const points = chosen.reduce((sum, input) => sum + Number(input.value), 0);
  setText("[data-answered]", `${chosen.length} von ${total} beantwortet`);
  setText("[data-points]", `bisher ${points} ${points === 1 ? "Punkt" : "Punkte"}`);
  line.querySelector("[data-progress]").value = chosen.length;
}

function update() {
  showFollowUps();
  countAlong();
}

function saveSoon(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => htmx.trigger(form, "save"), milliseconds);
}

function tryAgain(reason) {
  const seconds = Math.round(wait / 1000);
  setText("[data-saved]", `${reason} – Ihre Eingaben bleiben hier stehen, nächster Versuch in ${seconds} Sekunden`);
  saveSoon(wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

function keepAnswer(box) {
  if (!box.checked) return;
  const points = box.closest(".block").querySelector("[data-before-points]")?.dataset.beforePoints;
  const radio = points && form.querySelector(`input[name="${box.value}"][value="${points}"]`);
  if (radio && !form.querySelector(`input[name="${box.value}"]:checked`)) radio.checked = true;
}

form.addEventListener("input", (event) => {
  changes += 1;
  if (event.target.matches("[data-keep]")) keepAnswer(event.target);
  if (event.target.name.startsWith("decision-")) chosenAt = event.target.closest(".block").id;
  setText("[data-saved]", "Änderungen noch nicht gespeichert");
  update();
});
form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== form) return;
  clearTimeout(timer);
  sent = changes;
  wasSaved = false;
  setText("[data-saved]", "wird gespeichert …");
});
form.addEventListener("draft-saved", () => {
  stored = sent;
  wait = FIRST_WAIT_MS;
  wasSaved = true;
  history.replaceState(null, "", form.getAttribute("action")); // after a reload the draft is here, not an empty form
});
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== form) return;
  const status = event.detail.xhr.status;
  update();
  if (wasSaved && changes > stored) setText("[data-saved]", "Änderungen noch nicht gespeichert");
  if (wasSaved) {
    keepFocus();
    return;
  }
  if (status === 0) tryAgain("Keine Verbindung");
  else if (status >= 500) tryAgain("Es konnte nichts gespeichert werden");
  else if (status === 401) askToLogIn();
  else if (status === 200 || status === 403 || status === 404)
    setText("[data-saved]", "nicht gespeichert: Ihr Konto kann diesen Selbstcheck nicht mehr öffnen");
});

function keepFocus() {
  const isLost = document.activeElement === document.body;
  if (chosenAt && isLost) {
    document.querySelector(`#${chosenAt} :is(input:checked, textarea, select, input)`)?.focus();
  }
  chosenAt = "";
}

function askToLogIn() {
  setText("[data-saved]", "nicht gespeichert: Ihre Sitzung ist abgelaufen, bitte melden Sie sich an");
  const dialog = document.querySelector("#login-here");
  if (!dialog.open) dialog.showModal();
}

document.body.addEventListener("click", (event) => {
  if (event.target.closest("[data-later]")) document.querySelector("#login-here").close();
});

// A new login, here or in another tab, brings a new token for all forms of this page.
document.body.addEventListener("token-renewed", (event) => {
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) {
    input.value = event.detail.value;
  }
  document.querySelector("#login-here").close();
  saveSoon(0);
});
window.addEventListener("online", () => {
  if (changes > stored) saveSoon(0);
});
form.addEventListener("submit", () => {
  stored = changes;
  clearTimeout(timer);
});
window.addEventListener("beforeunload", (event) => {
  if (changes > stored) event.preventDefault();
});
window.addEventListener("pageshow", update); // the browser may have restored answers
update();
