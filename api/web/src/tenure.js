// What every page loads: it looks which parts the page has, and loads what enhances them.
import { sortable } from "./tables.js";

for (const table of document.querySelectorAll(".scroll > table")) sortable(table);

const parts = [
  ["form#sparql", () => import("./sparql.js")],
  ["#network", () => import("./network.js")],
  ["svg[data-first]", () => import("./timeline.js")],
];
for (const [selector, load] of parts) {
  const found = document.querySelectorAll(selector);
  if (found.length) load().then(({ enhance }) => found.forEach(enhance));
}
