// Other ways to see the table of an answer: as a timeline, a network or a chart, where its columns
// allow it. They read the table, so that they show what it shows; the table stays the answer.
import { scaleBand, scaleLinear, scaleUtc } from "d3-scale";
import { drawn, element } from "./element.js";
import { ticks } from "./ticks.js";

const MOST = 200;
const DAY = /\d{4}(?:-\d\d(?:-\d\d)?)?/g;
const ABOUT = new Set(["situation", "kind", "class", "property", "claim", "source", "basis", "graph", "last word source"]);
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

/** The first and last moment (ms) of the days that a date as written may be; null where open. */
export function days(text) {
  const found = text.match(DAY);
  if (!found) return null;
  const past = (one) => {
    const [year, month, day] = one.split("-").map(Number);
    if (day) return Date.UTC(year, month - 1, day + 1);
    return month ? Date.UTC(year, month, 1) : Date.UTC(year + 1, 0, 1);
  };
  return [
    /^\[\.\.|^\.\.\/|^\//.test(text) ? null : Math.min(...found.map((one) => Date.parse(one))),
    /\.\.\]$|\/\.\.$|\/$/.test(text) ? null : Math.max(...found.map(past)),
  ];
}

/** Where a row may lie in time, and where it surely does: each from and to, null where open. */
function stretch(row, columns, heads) {
  const of = (head) => row[columns.find((column) => heads[column] === head)]?.range ?? null;
  let begins, ends;
  if (columns.some((column) => heads[column] === "start latest")) {
    begins = [of("start earliest")?.[0] ?? null, of("start latest")?.[1] ?? null];
    ends = [of("end earliest")?.[0] ?? null, of("end latest")?.[1] ?? null];
  } else {
    begins = row[columns[0]].range ?? [null, null];
    ends = columns.length > 1 ? (row[columns[1]].range ?? [null, null]) : begins;
  }
  const known = [...begins, ...ends].filter((one) => one !== null);
  return known.length ? { known, maybe: [begins[0], ends[1]], sure: columns.length > 1 ? [begins[1], ends[0]] : [null, null] } : null;
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** How wide a drawing is, and how much of it its labels take, in pixels. */
function frame(host) {
  const width = Math.max(320, host.clientWidth || 960);
  return { width, left: Math.min(300, Math.round(width * 0.36)) };
}

function name(row, kinds) {
  const named = row.filter((one, column) => ["thing", "text"].includes(kinds[column]) && one.text && one.text !== "why?");
  return named.slice(0, 3).map((one) => one.text).join(" · ") || "–";
}

function timeline({ heads, kinds, rows }, host) {
  const { width, left } = frame(host);
  const columns = kinds.flatMap((kind, column) => (kind === "day" ? [column] : []));
  const lanes = rows.map((row) => ({ row, at: stretch(row, columns, heads) })).filter((one) => one.at).slice(0, MOST);
  const all = lanes.flatMap(({ at }) => at.known);
  const x = scaleUtc([Math.min(...all), Math.max(...all)], [left + 24, width - 24]);
  const high = lanes.length * LANE + 26;
  const svg = drawn("svg", { class: "lanes", viewBox: `0 0 ${width} ${high}`, role: "img", "aria-label": `${lanes.length} rows on a timeline by ${columns.map((one) => heads[one]).join(", ")}` });
  const count = Math.max(2, Math.round((width - left) / 120));
  for (const [tick, words] of ticks(x, count)) {
    svg.append(drawn("line", { class: "axis", x1: x(tick), x2: x(tick), y1: 0, y2: high - 20 }));
    svg.append(drawn("text", { class: "tick", x: x(tick), y: high - 6, "text-anchor": x(tick) > width - 60 ? "end" : "middle" }, words));
  }
  lanes.forEach(({ row, at }, place) => {
    const y = place * LANE + 5;
    const bar = (kind, [from, to]) => {
      const begin = from === null ? left + 4 : x(from);
      return drawn("rect", { class: kind, x: begin, y, width: Math.max(3, (to === null ? width - 4 : x(to)) - begin), height: LANE - 10 });
    };
    const label = name(row, kinds);
    const told = `${label}: ${columns.map((column) => `${heads[column]} ${row[column].text}`).join(", ")}`;
    const group = drawn("g", {}, drawn("title", {}, told), bar("maybe", at.maybe), drawn("text", { x: left, y: y + 11, "text-anchor": "end" }, shortened(label, left / 7.6)));
    if (at.sure[0] !== null && at.sure[1] > at.sure[0]) group.append(bar("sure", at.sure));
    svg.append(group);
  });
  return svg;
}

/** The columns that a tie runs between: not those of what says that it is one. */
function ends(heads, kinds) {
  const things = kinds.flatMap((kind, column) => (kind === "thing" ? [column] : []));
  const between = things.filter((column) => !ABOUT.has(heads[column].toLowerCase()));
  return between.length > 1 ? between : things;
}

async function network({ heads, kinds, rows }, host) {
  const { drawNetwork } = await import("./graph.js");
  const [from, to] = ends(heads, kinds);
  const degree = heads.indexOf("certainty");
  const between = kinds.findIndex((kind, column) => column > Math.min(from, to) && column < to && kind === "thing");
  const nodes = new Map();
  const edges = rows.slice(0, MOST).filter((row) => row[from].href && row[to].href && row[from].href !== row[to].href).map((row) => {
    for (const { href, text } of [row[from], row[to]]) nodes.set(href, { id: href, href, label: text });
    const [certainty, contested] = degree < 0 ? [""] : row[degree].text.split(/\s+/);
    return { source: row[from].href, target: row[to].href, href: (row.find((one) => one.text === "why?") ?? row[to]).href, label: between < 0 ? heads[to] : row[between].text, certainty, contested: Boolean(contested) };
  });
  drawNetwork(host, { nodes: [...nodes.values()], edges, title: `${heads[from]} and ${heads[to]} as a network` });
}

function chart({ heads, kinds, rows }, host) {
  const { width, left } = frame(host);
  const number = kinds.indexOf("number");
  const by = Math.max(0, kinds.findIndex((kind) => kind === "degree" || kind === "thing" || kind === "text"));
  const counted = new Map();
  for (const row of rows) counted.set(row[by].text, (counted.get(row[by].text) ?? 0) + (number < 0 ? 1 : row[number].number || 0));
  const bars = [...counted].sort((a, b) => b[1] - a[1]).slice(0, 40);
  const what = number < 0 ? "rows" : heads[number];
  const y = scaleBand(bars.map((one) => one[0]), [0, bars.length * LANE]).padding(0.25);
  const x = scaleLinear([Math.min(0, ...bars.map((one) => one[1])), Math.max(1, ...bars.map((one) => one[1]))], [left + 10, width - 60]);
  return drawn(
    "svg",
    { class: "lanes", viewBox: `0 0 ${width} ${bars.length * LANE + 6}`, role: "img", "aria-label": `${what} by ${heads[by]}` },
    ...bars.flatMap(([label, value]) => [
      drawn("text", { x: left, y: y(label) + 14, "text-anchor": "end" }, shortened(label, left / 7.6)),
      drawn("rect", { class: "sure", x: Math.min(x(0), x(value)), y: y(label), width: Math.max(1, Math.abs(x(value) - x(0))), height: y.bandwidth() }),
      drawn("text", { x: Math.max(x(0), x(value)) + 6, y: y(label) + 14 }, String(value)),
    ]),
  );
}

export { offerViews as enhance };

/** Puts buttons above the table of an answer, one a view that fits it. */
export function offerViews(table) {
  const found = read(table);
  const scroll = table.closest(".scroll");
  if (!found.rows.length || !scroll) return;
  const things = found.kinds.filter((kind) => kind === "thing").length;
  const views = { Table: null };
  const made = scroll.parentElement.querySelector(".as-timeline"); // by the server, where the page is a question's
  const figure = made?.querySelector("figure");
  if (figure) views.Timeline = () => figure;
  else if (found.kinds.includes("day") && found.rows.some((row) => row.some((one) => one.range))) views.Timeline = timeline;
  if (things > 1) views.Network = network;
  if (found.rows.length > 1) views.Chart = chart;
  if (Object.keys(views).length < 2) return;
  if (made) made.hidden = true;
  const place = element("div", { className: "drawing", hidden: true });
  const note = found.rows.length > MOST ? element("p", { className: "soft small" }, `The first ${MOST} rows are drawn.`) : "";
  const buttons = Object.entries(views).map(([word, draw]) => {
    const button = element("button", { type: "button", className: "quiet", ariaPressed: String(!draw) }, word);
    button.addEventListener("click", async () => {
      for (const one of buttons) one.ariaPressed = String(one === button);
      scroll.hidden = Boolean(draw);
      place.hidden = !draw;
      place.replaceChildren(); // shown before it is drawn, so that it has its width
      const drawing = draw ? await draw(found, place) : null;
      if (drawing) place.append(drawing);
      if (draw && note) place.append(note);
    });
    return button;
  });
  scroll.before(element("div", { className: "views", role: "group", ariaLabel: "Show the answer as" }, ...buttons), place);
}
