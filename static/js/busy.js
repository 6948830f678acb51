// A form that takes its time says so: after half a second its words appear and the seconds count, and
// a second click does nothing. Without this script the browser's own sign of loading remains.
"use strict";

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
    const told = document.createElement("p");
    told.className = "busy";
    told.setAttribute("role", "status");
    form.append(told);
    const start = Date.now();
    const say = () => {
      const seconds = Math.floor((Date.now() - start) / 1000);
      told.textContent = form.dataset.busy + (seconds > 1 ? ` (${seconds} Sekunden)` : "");
    };
    setTimeout(say, 500);
    setInterval(say, 1000);
  });
}
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // the page came back from the browser's memory: all can be sent again
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector(".busy")?.remove();
  }
});
