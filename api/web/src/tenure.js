// What every page loads: it looks which parts the page has, and loads what enhances them.
import { element } from "./element.js";
import { sortable } from "./tables.js";

for (const table of document.querySelectorAll(".scroll > table")) sortable(table);

for (const text of document.querySelectorAll("pre.copy")) {
  const button = element("button", { type: "button", className: "quiet" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
  });
  text.before(button);
}

const parts = [
  ["form#sparql", () => import("./sparql.js")],
  ["[aria-label='The answer'] .scroll > table", () => import("./views.js")],
  ["#network", () => import("./network.js")],
  ["figure.timeline[data-first]", () => import("./timeline.js")],
];
for (const [selector, load] of parts) {
  const found = document.querySelectorAll(selector);
  if (found.length) load().then(({ enhance }) => found.forEach(enhance));
}
