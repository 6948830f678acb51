// A stack of certificates is sent one by one, so that the page can say how far it is. Without this
// script all of them are sent at once. Tab walks from one unsure cell to the next.
"use strict";

const form = document.querySelector("[data-stack]");
const told = form.querySelector("[data-stack-told]");

async function send(file) {
  const body = new FormData();
  body.append("csrf_token", form.querySelector('input[name="csrf_token"]').value);
  body.append("files", file);
  const response = await fetch(form.action, {
    method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin",
  });
  if (!response.ok || !response.headers.get("Content-Type").startsWith("application/json")) {
    throw new Error(String(response.status));
  }
  return response.json();
}

form.addEventListener("submit", async (event) => {
  const files = [...form.elements.files.files];
  if (files.length < 2) return; // one file, or one ZIP: nothing to count
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const refused = [];
  let known = 0;
  let kept = 0;
  for (const [index, file] of files.entries()) {
    told.textContent = `${index + 1} von ${files.length} wird gelesen …`;
    try {
      const answer = await send(file);
      refused.push(...answer.refused);
      known += answer.known.length;
      kept += answer.kept;
    } catch {
      refused.push(`„${file.name}“ konnte nicht gesendet werden; bitte noch einmal versuchen.`);
    }
  }
  delete form.dataset.sending;
  if (refused.length === 0 && known === 0) {
    window.location.assign(form.dataset.done);
    return;
  }
  told.textContent = `${kept} gelesen`;
  if (known) told.textContent += `, ${known} schon vorhanden und übersprungen`;
  told.textContent += refused.length ? `, ${refused.length} abgelehnt: ${refused.join(" ")} ` : ". ";
  const next = document.createElement("a");
  next.href = form.dataset.done;
  next.textContent = "Weiter zur Zuordnung";
  told.append(next);
  next.focus();
}, { capture: true });
