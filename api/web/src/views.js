// Other ways to see the table of an answer: as a timeline, a network or a chart, where its columns
// allow it. They read the table, so that they show what it shows; the table stays the answer.
import { scaleBand, scaleLinear, scaleUtc } from "d3-scale";
import { drawn, element } from "./element.js";

const MOST = 200;
const DAY = /\d{4}(?:-\d\d(?:-\d\d)?)?/g;
const WIDTH = 960;
const LEFT = 300;
const LANE = 24;

/** The table as columns with kinds ("day", "thing", "number", "text") and rows of cells. */
export function read(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("why") && row.cells.length === heads.length);
  const cells = rows.map((row) => [...row.cells].map(cell));
  const kinds = heads.map((_, column) => {
    const found = cells.map((row) => row[column]).filter((one) => one.text && one.text !== "–");
    const kind = found[0]?.kind;
    return kind && found.every((one) => one.kind === kind) ? kind : "text";
  });
  return { heads, kinds, rows: cells };
}

function cell(found) {
  const text = found.textContent.trim();
  const link = found.querySelector("a");
  if (found.querySelector(".day-value")) return { kind: "day", text, range: days(text) };
  if (link && link.textContent.trim() === text) return { kind: "thing", text, href: link.getAttribute("href") };
  if (text !== "" && !Number.isNaN(Number(text))) return { kind: "number", text, number: Number(text) };
  return { kind: found.querySelector(".badge") ? "degree" : "text", text };
}

/** The first and last day that a date as written names, as moments in milliseconds; or null. */
export function days(text) {
  const found = text.match(DAY);
  if (!found) return null;
  const ends = (one) => {
    const [year, month, day] = one.split("-").map(Number);
    if (day) return Date.UTC(year, month - 1, day + 1);
    return month ? Date.UTC(year, month, 1) : Date.UTC(year + 1, 0, 1);
  };
  return [Math.min(...found.map((one) => Date.parse(one))), Math.max(...found.map(ends))];
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function name(row, kinds) {
  const named = row.filter((one, column) => ["thing", "text"].includes(kinds[column]) && one.text && one.text !== "why?");
  return named.slice(0, 3).map((one) => one.text).join(" · ") || "–";
}

function timeline({ heads, kinds, rows }) {
  const columns = kinds.flatMap((kind, column) => (kind === "day" ? [column] : []));
  const lanes = rows
    .map((row) => ({ row, ranges: columns.map((column) => row[column].range).filter(Boolean) }))
    .filter((one) => one.ranges.length)
    .slice(0, MOST);
  const all = lanes.flatMap((one) => one.ranges.flat());
  const x = scaleUtc([Math.min(...all), Math.max(...all)], [LEFT + 10, WIDTH - 10]).nice();
  const high = lanes.length * LANE + 30;
  const svg = drawn("svg", { class: "lanes", viewBox: `0 0 ${WIDTH} ${high}`, role: "img", "aria-label": `${lanes.length} rows on a timeline by ${columns.map((one) => heads[one]).join(", ")}` });
  for (const tick of x.ticks(6)) {
    svg.append(drawn("line", { class: "axis", x1: x(tick), x2: x(tick), y1: 0, y2: high - 20 }));
    svg.append(drawn("text", { class: "tick", x: x(tick), y: high - 5, "text-anchor": "middle" }, x.tickFormat(6)(tick)));
  }
  lanes.forEach(({ row, ranges }, place) => {
    const y = place * LANE;
    const first = Math.min(...ranges.map((one) => one[0]));
    const last = Math.max(...ranges.map((one) => one[1]));
    const label = name(row, kinds);
    const bar = drawn("rect", { class: "maybe", x: x(first), y: y + 5, width: Math.max(3, x(last) - x(first)), height: LANE - 10 });
    svg.append(drawn("g", {}, drawn("title", {}, `${label}: ${row.filter((one) => one.range).map((one) => one.text).join(" – ")}`), bar, drawn("text", { x: LEFT, y: y + 16, "text-anchor": "end" }, shortened(label, 46))));
    // What lies between the first date and the last one is surely in between.
    if (ranges.length > 1 && ranges.at(-1)[0] > ranges[0][1]) svg.append(drawn("rect", { class: "sure", x: x(ranges[0][1]), y: y + 5, width: x(ranges.at(-1)[0]) - x(ranges[0][1]), height: LANE - 10 }));
  });
  return svg;
}

async function network({ heads, kinds, rows }, host) {
  const { drawNetwork } = await import("./graph.js");
  const [from, to] = kinds.flatMap((kind, column) => (kind === "thing" ? [column] : []));
  const degree = heads.indexOf("certainty");
  const between = kinds.findIndex((kind, column) => column > Math.min(from, to) && column < to && kind === "thing");
  const nodes = new Map();
  const edges = rows.slice(0, MOST).filter((row) => row[from].href && row[to].href).map((row) => {
    for (const { href, text } of [row[from], row[to]]) nodes.set(href, { id: href, href, label: text });
    const [certainty, contested] = degree < 0 ? ["certain"] : row[degree].text.split(/\s+/);
    return { source: row[from].href, target: row[to].href, href: row[to].href, label: between < 0 ? heads[to] : row[between].text, certainty, contested: Boolean(contested) };
  });
  drawNetwork(host, { nodes: [...nodes.values()], edges, title: `${heads[from]} and ${heads[to]} as a network` });
}

function chart({ heads, kinds, rows }) {
  const number = kinds.indexOf("number");
  const by = Math.max(0, kinds.findIndex((kind) => kind === "degree" || kind === "thing" || kind === "text"));
  const counted = new Map();
  for (const row of rows) counted.set(row[by].text, (counted.get(row[by].text) ?? 0) + (number < 0 ? 1 : row[number].number || 0));
  const bars = [...counted].sort((a, b) => b[1] - a[1]).slice(0, 40);
  const what = number < 0 ? "rows" : heads[number];
  const y = scaleBand(bars.map((one) => one[0]), [0, bars.length * LANE]).padding(0.25);
  const x = scaleLinear([Math.min(0, ...bars.map((one) => one[1])), Math.max(1, ...bars.map((one) => one[1]))], [LEFT + 10, WIDTH - 70]);
  return drawn(
    "svg",
    { class: "lanes", viewBox: `0 0 ${WIDTH} ${bars.length * LANE + 6}`, role: "img", "aria-label": `${what} by ${heads[by]}` },
    ...bars.flatMap(([label, value]) => [
      drawn("text", { x: LEFT, y: y(label) + 14, "text-anchor": "end" }, shortened(label, 46)),
      drawn("rect", { class: "sure", x: Math.min(x(0), x(value)), y: y(label), width: Math.max(1, Math.abs(x(value) - x(0))), height: y.bandwidth() }),
      drawn("text", { x: Math.max(x(0), x(value)) + 6, y: y(label) + 14 }, String(value)),
    ]),
  );
}

/** Puts buttons above the table of an answer, one a view that fits it. */
export function offerViews(table) {
  const found = read(table);
  const scroll = table.closest(".scroll");
  if (!found.rows.length || !scroll) return;
  const things = found.kinds.filter((kind) => kind === "thing").length;
  const views = { Table: null };
  if (found.kinds.includes("day") && found.rows.some((row) => row.some((one) => one.range))) views.Timeline = timeline;
  if (things > 1) views.Network = network;
  if (found.rows.length > 1) views.Chart = chart;
  if (Object.keys(views).length < 2) return;
  const place = element("div", { className: "drawing", hidden: true });
  const note = found.rows.length > MOST ? element("p", { className: "soft small" }, `The first ${MOST} rows are drawn.`) : "";
  const buttons = Object.entries(views).map(([word, draw]) => {
    const button = element("button", { type: "button", className: "quiet", ariaPressed: String(!draw) }, word);
    button.addEventListener("click", async () => {
      for (const one of buttons) one.ariaPressed = String(one === button);
      scroll.hidden = Boolean(draw);
      place.hidden = !draw;
      place.replaceChildren();
      const made = draw ? await draw(found, place) : null;
      if (made) place.append(made);
      if (draw && note) place.append(note);
    });
    return button;
  });
  scroll.before(element("div", { className: "views", role: "group", ariaLabel: "Show the answer as" }, ...buttons), place);
}
