// Shows how long a training is in the other unit while its length is typed. The server decides.
"use strict";

const row = document.querySelector("[data-length]");
const told = document.querySelector("[data-length-told]");
const standard = told.textContent;

function show() {
  const amount = Number(row.querySelector('input[type="text"]').value.trim().replace(",", "."));
  const unit = row.querySelector('input[type="radio"]:checked')?.value;
  if (!amount || amount <= 0 || !unit) {
    told.textContent = standard;
    return;
  }
  const minutes = Math.floor(amount * (unit === "UE" ? 45 : 60) + 1e-9);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [hours ? `${hours} Std.` : "", rest ? `${rest} Min.` : ""].filter(Boolean);
  const verdict = minutes < 360 ? "weniger als die nötigen 6 Stunden" : "mindestens 6 Stunden, das genügt";
  told.textContent = `Das sind ${parts.join(" ") || "0 Min."}: ${verdict}.`;
}

row.addEventListener("input", show);
window.addEventListener("pageshow", show);
