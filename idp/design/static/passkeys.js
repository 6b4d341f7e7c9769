// Passkeys: asks the server for a ceremony's options and the browser for an answer, and sends that in the page's own form.
// Whatever needs passkeys carries "hidden" until this runs in a browser that has them.
const supported = "PublicKeyCredential" in window && isSecureContext;
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const renewal = 240_000; // sooner than the server forgets a challenge
let offered; // aborts the answer that the browser's autofill would give

function say(form, words) {
  const status = document.getElementById(`${form.id}-status`);
  status.textContent = status.dataset[words];
  status.focus();
}

async function options(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.options, { method: "POST", body, redirect: "manual" });
  if (!answer.ok) return undefined;
  const publicKey = await answer.json();
  publicKey.challenge = toBytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = toBytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? publicKey.allowCredentials) known.id = toBytes(known.id);
  return publicKey;
}

function send(form, { id, type, response }) {
  const members = { clientDataJSON: toText(response.clientDataJSON) };
  if (response.attestationObject) {
    members.attestationObject = toText(response.attestationObject);
    members.transports = response.getTransports?.() ?? [];
  } else {
    members.authenticatorData = toText(response.authenticatorData);
    members.signature = toText(response.signature);
    members.userHandle = response.userHandle && toText(response.userHandle);
  }
  form.elements.credential.value = JSON.stringify({ id, type, response: members });
  form.submit();
}

async function ask(form) {
  const publicKey = await options(form);
  // The server doesn't take it now: its page says why.
  if (!publicKey) return form.submit();
  send(form, await navigator.credentials[form.dataset.passkey]({ publicKey }));
}

// Offers passkeys where the email address is filled in; for as long as the page is looked at.
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  for (;;) {
    const mine = offered = new AbortController();
    const timer = setTimeout(() => mine.abort("renew"), renewal);
    try {
      const publicKey = await options(form);
      if (!publicKey) return;
      const answer = await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal });
      return send(form, answer);
    } catch {
      if (mine.signal.reason !== "renew") return;
      while (document.hidden) await new Promise((seen) => addEventListener("visibilitychange", seen, { once: true }));
    } finally {
      clearTimeout(timer);
    }
  }
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "_lang") return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    offered?.abort("button");
    try {
      await ask(form);
    } catch ({ name }) {
      say(form, name === "InvalidStateError" && form.dataset.passkey === "create" ? "exists" : "cancelled");
    }
    busy = false;
  });
  if (supported) {
    form.hidden = false;
    if (form.hasAttribute("data-autofill")) offer(form).catch(() => {});
  } else if (form.hasAttribute("data-explain")) say(form, "unsupported");
}
for (const element of document.querySelectorAll("[data-with-passkeys]")) element.hidden = !supported;
for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
