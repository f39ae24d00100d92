// The network of a day, drawn from the list on its page, and a slider that stops where something
// changes. Moving it shows that day; the address follows, so that it can be shared.
import { visit } from "./day.js";
import { element } from "./element.js";
import { drawNetwork } from "./graph.js";

/** What the list on the page says: things and ties. */
function read() {
  const nodes = new Map();
  const edges = [];
  for (const row of document.querySelectorAll("#ties > tbody > tr")) {
    const [subject, tie, object, degree] = row.cells;
    const shapes = row.dataset.shapes.split(" ");
    const ends = [subject, object].map((cell, place) => {
      const link = cell.querySelector("a");
      const name = link?.querySelector("bdi") ?? link;
      const id = link?.getAttribute("href");
      if (id) nodes.set(id, { id, href: id, label: name.textContent, direction: name.dir || null, language: name.lang || null, square: shapes[place] === "square" });
      return id;
    });
    if (!ends[0] || !ends[1]) continue;
    const [certainty, contested] = degree.textContent.trim().split(/\s+/);
    edges.push({ source: ends[0], target: ends[1], label: tie.textContent, certainty, contested: Boolean(contested), href: row.querySelector("td:last-child a").getAttribute("href") });
  }
  return { nodes: [...nodes.values()], edges };
}

export function enhance(host) {
  const drawing = element("div", { className: "drawing" });
  let places = new Map();

  function draw() {
    const found = read();
    drawing.hidden = !found.edges.length;
    const title = document.querySelector("#network-day h1").textContent;
    if (found.edges.length) places = drawNetwork(drawing, { ...found, title }, places);
  }

  const days = host.dataset.days.split(" ").filter(Boolean);
  host.append(drawing);
  draw();
  document.addEventListener("tenure:shown", draw);
  if (days.length < 2) return;

  const at = (day) => Math.max(0, days.findLastIndex((one) => one <= day));
  const range = element("input", { type: "range", id: "day-slider", min: 0, max: days.length - 1, step: 1 });
  const shown = element("output", { htmlFor: range.id });
  const tell = () => {
    shown.value = days[range.value];
    range.setAttribute("aria-valuetext", days[range.value]);
  };
  range.value = at(host.dataset.day);
  tell();
  document.addEventListener("tenure:shown", () => {
    if (document.activeElement === range) return;
    range.value = at(new URL(location.href).searchParams.get("day") ?? host.dataset.day);
    tell();
  });
  let waiting;
  range.addEventListener("input", () => {
    tell();
    clearTimeout(waiting); // whoever drags passes days by
    waiting = setTimeout(() => {
      const address = new URL(location.href);
      address.searchParams.set("day", days[range.value]);
      visit(address, { how: "replaceState" });
    }, 60);
  });
  host.prepend(element("div", { className: "slider" }, element("label", { htmlFor: range.id }, "Day of change"), range, shown));
}
