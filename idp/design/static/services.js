// Filters the services while one types; without it the form searches.
const filter = document.querySelector("[data-filter]");
if (filter) {
  const list = document.getElementById(filter.dataset.filter);
  const status = document.getElementById("found");
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const lines = [...list.querySelectorAll("li")].map((line) => [line, folded(line.textContent)]);
  let timer;
  filter.addEventListener("input", () => {
    const words = folded(filter.value).split(/\s+/u).filter(Boolean);
    let found = 0;
    for (const [line, text] of lines) {
      line.hidden = !words.every((word) => text.includes(word));
      found += !line.hidden;
    }
    for (const group of list.querySelectorAll("ul")) {
      const empty = !group.querySelector("li:not([hidden])");
      group.hidden = empty;
      if (group.previousElementSibling?.tagName === "H2") group.previousElementSibling.hidden = empty;
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { one, many, none } = status.dataset;
      const text = found ? many.replace("{n}", found) : none.replace("{q}", () => filter.value);
      status.textContent = found === 1 ? one : text;
    }, 1000);
  });
}
