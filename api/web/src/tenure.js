// What every page loads: it looks which parts the page has, and loads what enhances them.
import { start } from "./day.js";
import { element } from "./element.js";
import { sortable } from "./tables.js";

const parts = [
  ["form#sparql", () => import("./sparql.js")],
  ["[aria-label='The answer'] .scroll > table", () => import("./views.js")],
  ["#network", () => import("./network.js")],
  ["figure.timeline[data-first]", () => import("./timeline.js")],
];

/** Enhances what is in a part of the page, which was not there before. */
function enhanceIn(part) {
  for (const table of part.querySelectorAll(".scroll > table")) sortable(table);
  for (const text of part.querySelectorAll("pre.copy")) {
    const button = element("button", { type: "button", className: "quiet" }, "Copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    });
    text.before(button);
  }
  for (const [selector, load] of parts) {
    const found = part.querySelectorAll(selector);
    if (found.length) load().then(({ enhance }) => found.forEach(enhance));
  }
}

enhanceIn(document);
start(enhanceIn);
