// The Selbstcheck form while it is filled in: follow-ups appear with their condition, progress and
// points count along, and htmx saves what was typed. If that fails, this script says so and tries
// again; if the login has expired, it asks for it on the spot. Rules and points come from the page's
// data attributes, which the server writes from the questionnaire; the server decides.
"use strict";

const form = document.querySelector("[data-check-form]");
const line = document.querySelector("[data-status-line]");
const total = form.querySelectorAll("[data-statement]").length;
const UNSAVED = "Änderungen noch nicht gespeichert";
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30000;
const LEAVING_MS = 10000;
// Changes are counted: a save that arrives holds those made before it was sent.
let changes = form.hasAttribute("data-unsaved") ? 1 : 0;
let sent = 0;
let stored = 0;
const changedIn = new Map(); // the last change in each block
let wait = FIRST_WAIT_MS;
let timer = 0;
let hasArrived = false;
let hasFailed = false;
let isLeaving = false;
let chosenAt = ""; // the block in which a choice was made that goes away with the answer

function pointsOf(statement) {
  const chosen = form.querySelector(`input[type="radio"][name="${statement}"]:checked`);
  return chosen ? Number(chosen.value) : null;
}

function showFollowUps() {
  for (const block of form.querySelectorAll("[data-follow-up]")) {
    const points = pointsOf(block.dataset.followUp);
    const isAsked = points !== null && points >= Number(block.dataset.minimum);
    block.hidden = !isAsked && !block.querySelector(".change__choice");
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
  hasFailed = true;
  const seconds = Math.round(wait / 1000);
  setText("[data-saved]", `${reason} – Ihre Eingaben bleiben hier stehen, nächster Versuch in ${seconds} Sekunden`);
  saveSoon(wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

// „Gilt weiterhin“: the answer of the last check, beside what was entered already.
function keepAnswer(box) {
  const before = box.closest("[data-before-points]").dataset;
  for (const input of form.querySelectorAll(`[name="${box.value}"], [name="${box.value}_text"]`)) {
    if (input.type === "radio") input.checked = input.value === before.beforePoints;
    else if (input.type === "checkbox") input.checked ||= before.beforeOptions.split(" ").includes(input.value);
    else if (!input.value.includes(before.beforeText)) input.value = `${input.value}\n${before.beforeText}`.trim();
  }
}

function noteChange(input) {
  const block = input.closest(".block");
  changes += 1;
  changedIn.set(block.id, changes);
  if (input.name.startsWith("decision-")) {
    chosenAt = block.id;
    return;
  }
  // Whoever goes on writing has not decided yet for what others wrote.
  for (const radio of block.querySelectorAll('[name^="decision-"]')) radio.checked = false;
  const box = block.querySelector("[data-keep]");
  if (box && input === box && box.checked) keepAnswer(box);
  if (box && input.type === "radio") {
    box.checked = input.value === box.closest("[data-before-points]").dataset.beforePoints;
  }
}

form.addEventListener("input", (event) => {
  noteChange(event.target);
  setText("[data-saved]", UNSAVED);
  update();
});
form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== form) return;
  clearTimeout(timer);
  sent = changes;
  hasArrived = false;
  setText("[data-saved]", "wird gespeichert …");
});
form.addEventListener("draft-saved", () => {
  hasArrived = true;
  stored = sent;
});
form.addEventListener("draft-saved-in-part", () => {
  hasArrived = true; // what could not be stored still stands only here
});
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== form) return;
  update();
  if (hasArrived) afterSave();
  else afterFailure(event.detail.xhr.status);
});

function afterSave() {
  wait = FIRST_WAIT_MS;
  hasFailed = false;
  history.replaceState(null, "", form.getAttribute("action")); // a reload shows the draft, no empty form
  if (changes > sent) setText("[data-saved]", UNSAVED);
  const isFocusLost = document.activeElement === document.body;
  if (chosenAt && isFocusLost) {
    document.querySelector(`#${chosenAt} :is(input:checked, textarea, select, input)`)?.focus();
  }
  chosenAt = "";
}

function afterFailure(status) {
  if (status === 0) tryAgain("Keine Verbindung");
  else if (status >= 500) tryAgain("Es konnte nichts gespeichert werden");
  else if (status === 401) askToLogIn();
  else if (status === 200 || status === 403 || status === 404)
    setText("[data-saved]", "nicht gespeichert: Ihr Konto kann diesen Selbstcheck nicht mehr öffnen");
}

// What the server brings is put into the page unless it stands there already, or somebody has
// written in that block since.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const isSame = target.textContent.trim() === fragment.textContent.trim();
  if (target.matches(".change, #draft-notice, #draft-actions") && isSame) event.detail.shouldSwap = false;
  if (target.matches(".block") && changedIn.get(target.id) > sent) event.detail.shouldSwap = false;
});

function askToLogIn() {
  setText("[data-saved]", "nicht gespeichert: Ihre Sitzung ist abgelaufen, bitte melden Sie sich an");
  const dialog = document.querySelector("#login-here");
  if (!dialog.open) dialog.showModal();
}

// The next step of the login, or the same one with its fault: on with the field that is empty.
document.body.addEventListener("htmx:load", (event) => {
  if (!event.target.closest("#login-here[open]")) return;
  const fields = event.target.querySelectorAll('input:not([type="hidden"])');
  ([...fields].find((field) => !field.value) ?? fields[0])?.focus();
});

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
// The buttons leave the page; without a connection they would leave it for nothing.
form.addEventListener("submit", (event) => {
  if (!navigator.onLine || hasFailed) {
    event.preventDefault();
    setText("[data-saved]", "Keine Verbindung – Ihre Eingaben bleiben hier stehen, bitte versuchen Sie es gleich noch einmal");
    saveSoon(0);
    return;
  }
  clearTimeout(timer);
  isLeaving = true;
  setTimeout(() => { isLeaving = false; }, LEAVING_MS);
});
window.addEventListener("beforeunload", (event) => {
  if (changes > stored && !isLeaving) event.preventDefault();
});

// The browser may have filled in what stood here before; it knows nothing of what others wrote since.
function isRestored(input) {
  if (input.type === "hidden" || !input.closest(".block") || !input.name) return false;
  if (input.type === "radio" || input.type === "checkbox") return input.checked !== input.defaultChecked;
  if (input.options) return [...input.options].some((one) => one.selected && !one.defaultSelected && one.value);
  return input.value !== input.defaultValue;
}
window.addEventListener("pageshow", (event) => {
  const restored = event.persisted ? [] : [...form.elements].filter(isRestored);
  for (const input of restored) {
    const question = input.closest(".block").id.replace("block-", "");
    form.querySelector(`[name="base-${question}"]`).value = "";
    changes += 1;
  }
  if (restored.length) setText("[data-saved]", UNSAVED);
  update();
});
update();
