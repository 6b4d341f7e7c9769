// Copies a text of the page; without a script it is selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const status = document.getElementById(`${button.id}-status`);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const texts = [...document.querySelectorAll(button.dataset.copy)].map((part) => part.textContent);
    await navigator.clipboard.writeText(texts.join("\n"));
    status.textContent = button.dataset.done;
  });
}
