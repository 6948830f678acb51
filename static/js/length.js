// Shows how long a training is in the other unit while its length is typed. The server decides.
"use strict";

const row = document.querySelector("[data-length]");
const told = document.querySelector("[data-length-told]");
const standard = told.textContent;
const lesson = Number(row.dataset.lesson);
const minimum = Number(row.dataset.minimum);

function inWords(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours ? `${hours} Std.` : "", rest ? `${rest} Min.` : ""].filter(Boolean).join(" ") || "0 Min.";
}

function show() {
  const amount = Number(row.querySelector('input[type="text"]').value.trim().replace(",", "."));
  const unit = row.querySelector('input[type="radio"]:checked')?.value;
  if (!amount || amount <= 0 || !unit) {
    told.textContent = standard;
    return;
  }
  const minutes = Math.floor(amount * (unit === "UE" ? lesson : 60) + 1e-9);
  const verdict = minutes < minimum ? "weniger als die nötigen" : "das genügt; nötig sind";
  told.textContent = `Das sind ${inWords(minutes)}: ${verdict} ${inWords(minimum)}`;
}

row.addEventListener("input", show);
window.addEventListener("pageshow", show);
