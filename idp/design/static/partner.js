// The minutes left for a mailed code: shown each 30 s, said once, when one minute is left.
const left = document.getElementById("time-left");
const warning = document.getElementById("time-warning");
if (left) {
  const end = performance.now() + left.dataset.seconds * 1000;
  const tick = () => {
    const seconds = (end - performance.now()) / 1000;
    left.hidden = seconds <= 0;
    if (seconds <= 0) return;
    left.textContent = left.dataset.minutes.replace("{n}", Math.ceil(seconds / 60));
    if (seconds <= 60) warning.textContent = warning.dataset.text;
    setTimeout(tick, Math.min(30, seconds > 60 ? seconds - 60 : seconds) * 1000);
  };
  tick();
}
