// The time-out warning. All times are seconds since this page was answered, from the dialog's data attributes.
const dialog = document.getElementById("session");
const { warn, end, absolute, keep, expired, minutes, minute, seconds, draft } = dialog.dataset;
const left = document.getElementById("session-left");
const again = document.getElementById("session-again");
const keepForm = document.getElementById("session-keep");
const warning = end - warn; // how long before an end the dialog opens
// From the answer on, not from the question: here the session never ends before it does at the server.
const opened = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
const absoluteEnd = absolute ? opened + absolute * 1000 : Infinity;
const others = "BroadcastChannel" in window ? new BroadcastChannel("session") : undefined;
let idleEnd = opened + end * 1000;
let said;

const theEnd = () => Math.min(idleEnd, absoluteEnd);

function tell(remaining) {
  // Rounded up to half a minute, so that the polite region speaks every 30 s; the last half minute is not counted down.
  const step = Math.min(30, warning / 4);
  const rounded = Math.max(1, Math.round(Math.ceil(remaining / step) * step));
  if (rounded === said) return;
  said = rounded;
  const whole = rounded % 60 === 0;
  left.textContent = whole && rounded === 60 ? minute
    : (whole ? minutes : seconds).replace("{n}", whole ? rounded / 60 : rounded);
}

function tick() {
  const remaining = (theEnd() - Date.now()) / 1000;
  if (remaining <= 0) {
    const form = draft && document.getElementById("f");
    // What was typed goes into the draft; the server then leads to the same page.
    if (form) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "_keep", value: "yes" }));
    if (form) HTMLFormElement.prototype.submit.call(form);
    else location.replace(expired);
    return;
  }
  if (remaining <= warning) {
    tell(remaining);
    const last = absoluteEnd <= idleEnd;
    if (again) again.hidden = !last;
    keepForm.hidden = last;
    if (!dialog.open) dialog.showModal();
  } else if (dialog.open) {
    dialog.close();
  }
  setTimeout(tick, Math.min(1000, Math.max(50, (remaining > warning ? remaining - warning : remaining) * 1000)));
}

function extend(from) {
  idleEnd = Math.max(idleEnd, from + end * 1000);
  said = undefined;
  if (dialog.open && theEnd() - Date.now() > warning * 1000) dialog.close(); // the focus goes back by itself
}

async function stay(event) {
  event?.preventDefault();
  const answer = await fetch(keep, {
    method: "POST", body: new URLSearchParams(new FormData(keepForm)), redirect: "manual",
  }).catch(() => undefined);
  if (!answer) return; // no network now: the dialog stays
  if (!answer.ok) {
    location.replace(expired); // the server no longer knows the session
    return;
  }
  const answered = Date.now();
  extend(answered);
  others?.postMessage({ from: answered });
}

keepForm.addEventListener("submit", stay);
dialog.addEventListener("cancel", (event) => {
  if (!keepForm.hidden) stay(event); // Esc is an answer too: the person is here
});
if (others) {
  others.onmessage = ({ data }) => (data.ended ? location.replace(expired) : extend(data.from));
  others.postMessage({ from: opened }); // a page was loaded: the session lives on in all tabs
}
document.getElementById("session-sign-out").addEventListener("submit", () => others?.postMessage({ ended: true }));
tick();
