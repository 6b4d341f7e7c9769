// Comfort only: every page works without it. Controls that need a script carry "hidden" until it runs.
const byId = (id) => document.getElementById(id);

// A second submit within a second is dropped; nothing is disabled, so no reader loses the button.
let submitted = 0;
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const now = Date.now();
  if (now - submitted < 1000) event.preventDefault();
  else submitted = now;
});
addEventListener("pageshow", () => { submitted = 0; });

for (const button of document.querySelectorAll("[data-show-password]")) {
  const input = byId(button.getAttribute("aria-controls"));
  const status = byId(`${input.id}-visibility`);
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", visible);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const visible = input.type === "password";
    show(visible);
    status.textContent = visible ? status.dataset.visible : status.dataset.hidden;
  });
  input.form?.addEventListener("submit", () => show(false));
}

// The rules of the server (product.md 2.2), judged the same way.
const fold = (text) =>
  [...text.normalize("NFKD").replace(/\p{M}/gu, "")].map((sign) => sign.toLowerCase()).join("");
function hasPartOf(password, userName) {
  const name = fold(userName.trim());
  const secret = fold(password);
  const at = name.lastIndexOf("@");
  const local = at < 0 ? name : name.slice(0, at);
  const pieces = name.split(/[^\p{Alphabetic}\p{N}]+/u).filter((piece) => [...piece].length >= 4);
  if ([...local].length >= 3) pieces.push(local);
  return pieces.some((piece) => secret.includes(piece));
}
const keyOf = (id) => id.trim().normalize("NFKC").toLowerCase();
const judges = {
  length: (password) => [...password].length >= 8,
  digit: (password) => /\p{N}/u.test(password),
  symbol: (password) => /[^\p{Alphabetic}\p{N}\p{M}\p{White_Space}\p{Cc}]/u.test(password),
  lower: (password) => /\p{Lowercase}/u.test(password),
  upper: (password) => /\p{Uppercase}/u.test(password),
  name: (password, userName) => !hasPartOf(password, userName),
  "one-key": (password) => judges.length(password) && [...password].length <= 16,
  space: (password) => !/\p{White_Space}/u.test(password),
  id: (password, userName) => keyOf(password) !== keyOf(userName),
};

for (const input of document.querySelectorAll("[data-rules]")) {
  const list = byId(input.dataset.rules);
  const count = byId(`${list.id}-count`);
  const nameField = byId(list.dataset.userNameField ?? "");
  const rules = [...list.querySelectorAll("[data-rule]")];
  let timer;
  const judge = () => {
    clearTimeout(timer);
    const password = input.value.normalize("NFC");
    const userName = nameField ? nameField.value : list.dataset.userName ?? "";
    let met = 0;
    for (const rule of rules) {
      const kept = password !== "" && judges[rule.dataset.rule](password, userName);
      met += kept;
      if (password === "") rule.removeAttribute("class");
      else rule.className = kept ? "app-rule--met" : "app-rule--not-met";
      rule.lastElementChild.textContent = password === "" ? "" : ` (${kept ? list.dataset.met : list.dataset.notMet})`;
    }
    timer = setTimeout(() => {
      const text = met < 2 ? count.dataset.few : count.dataset.many;
      count.textContent = password === "" ? "" : text.replace("{met}", met);
    }, 1000);
  };
  input.addEventListener("input", judge);
  nameField?.addEventListener("input", () => input.value && judge());
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const hint of document.querySelectorAll("[data-print-hint]")) hint.hidden = true;

// A page that answers a form with errors: going back to it or loading it again asks for a fresh page, and sends nothing twice.
if (document.getElementById("error-summary")) history.replaceState(history.state, "", location.href);
