// A network drawn: things as discs, ties as arrows whose line tells how sure they are. Every disc and
// arrow is a link; the arrow keys go from one to the next, Enter opens it, Tab leaves the drawing.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { drawn, element } from "./element.js";

const RADIUS = 6;
const STEPS = 320;
const FONT = 12;
const LABEL = 22;
const FLAT = 0.8; // names are wider than they are high, so things lie nearer above than beside each other
const LETTER = 0.55; // how wide a letter is, of the size of the writing
const CROWD = 24; // from so many ties on, what a tie is called is shown when it is pointed at

/** Where an arrow runs: a curve from rim to rim, bent where several run between the same two. */
function course({ source, target, bend }) {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [-dy / length, dx / length];
  const middle = [(source.x + target.x) / 2 + nx * bend, (source.y + target.y) / 2 + ny * bend];
  const rim = (from, gap) => {
    const [ax, ay] = [middle[0] - from.x, middle[1] - from.y];
    const away = Math.hypot(ax, ay) || 1;
    return [from.x + (ax / away) * gap, from.y + (ay / away) * gap];
  };
  const [begin, end] = [rim(source, RADIUS + 1), rim(target, RADIUS + 4)];
  const peak = [(begin[0] + 2 * middle[0] + end[0]) / 4, (begin[1] + 2 * middle[1] + end[1]) / 4];
  return { path: `M${begin} Q${middle} ${end}`, peak };
}

function place(nodes, edges, before) {
  for (const node of nodes) {
    const was = before.get(node.id); // stays about where it was on the day before
    if (was) Object.assign(node, { x: was.x, y: was.y / FLAT });
  }
  const pairs = new Map();
  for (const edge of edges) {
    const pair = [edge.source, edge.target].sort().join(" ");
    const count = pairs.get(pair) ?? 0;
    pairs.set(pair, count + 1);
    edge.bend = (count % 2 ? -1 : 1) * Math.ceil(count / 2) * 34 * (edge.source < edge.target ? 1 : -1);
  }
  forceSimulation(nodes)
    .force("link", forceLink(edges).id((node) => node.id).distance(150))
    .force("charge", forceManyBody().strength(-600).distanceMax(500))
    .force("collide", forceCollide(58))
    .force("x", forceX(0).strength(0.07))
    .force("y", forceY(0).strength(0.07))
    .stop()
    .tick(STEPS);
  for (const node of nodes) node.y *= FLAT;
}

/** Draw into `host`; returns where the things lie, to be handed on when another day is drawn. */
export function drawNetwork(host, { nodes, edges, title }, before = new Map()) {
  place(nodes, edges, before);
  const width = Math.max(320, host.clientWidth || 960);
  const height = Math.max(380, Math.min(680, width * 0.7));
  const xs = nodes.map((one) => one.x);
  const ys = nodes.map((one) => one.y);
  const box = [Math.min(...xs) - 80, Math.min(...ys) - 35, Math.max(...xs) + 80, Math.max(...ys) + 35];
  const view = drawn("g");
  const arrow = drawn("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto", markerUnits: "userSpaceOnUse" }, drawn("path", { d: "M0 0 8 4 0 8z" }));
  const svg = drawn("svg", { class: edges.length > CROWD ? "network crowded" : "network", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": title }, drawn("defs", {}, arrow), view);

  const wide = Math.max(1, box[2] - box[0]);
  const high = Math.max(1, box[3] - box[1]);
  const scale = Math.min(1.2, width / wide, height / high);
  const taken = nodes.map((node) => [node.x - RADIUS, node.y - RADIUS, node.x + RADIUS, node.y + RADIUS]);
  /** The first of several places where writing covers no other; none where it would everywhere. */
  function room(words, places) {
    const size = FONT / Math.min(1, Math.max(0.55, scale));
    const half = (words.length * size * LETTER) / 2;
    for (const [x, y] of places) {
      const own = [x - half, y - size, x + half, y + size * 0.3];
      if (taken.every((one) => own[2] < one[0] || own[0] > one[2] || own[3] < one[1] || own[1] > one[3])) {
        taken.push(own);
        return [x, y];
      }
    }
    return null;
  }
  for (const node of nodes) {
    node.short = node.label.length > LABEL ? `${node.label.slice(0, LABEL - 1)}…` : node.label;
    const [below, above] = [[node.x, node.y + RADIUS + 13], [node.x, node.y - RADIUS - 5]];
    const tied = edges.flatMap(({ source, target }) => (source === node ? [target] : target === node ? [source] : []));
    const down = tied.reduce((sum, other) => sum + Math.sign(other.y - node.y), 0);
    node.words = room(node.short, down > 0 ? [above, below] : [below, above]) ?? below;
  }

  const links = [];
  function link(href, name, shape, ...children) {
    const made = drawn("a", { class: shape, href, "aria-label": name, tabindex: links.length ? -1 : 0 }, drawn("title", {}, name), ...children);
    links.push(made);
    return made;
  }
  for (const edge of edges) {
    const { path, peak } = course(edge);
    const between = `${edge.source.label} ${edge.label} ${edge.target.label}${edge.certainty && `, ${edge.certainty}`}${edge.contested ? ", contested" : ""}`;
    const parts = [drawn("path", { class: "reach", d: path }), drawn("path", { class: "line", d: path, "marker-end": "url(#arrow)" })];
    if (edge.contested) parts.push(drawn("path", { class: "mark", d: `M${peak[0]} ${peak[1] - 6}l6 6-6 6-6-6z` }));
    const along = [0.5, 0.35, 0.65, 0.2, 0.8].map((part) => [edge.source.x + (edge.target.x - edge.source.x) * part, edge.source.y + (edge.target.y - edge.source.y) * part]);
    const bent = [peak[0] - along[0][0], peak[1] - along[0][1]];
    const free = room(edge.label, along.flatMap(([x, y]) => [[x + bent[0], y + bent[1] - 5], [x + bent[0], y + bent[1] + 14]]));
    const [x, y] = free ?? [peak[0], peak[1] - 5];
    parts.push(drawn("text", { x, y, "text-anchor": "middle" }, edge.label));
    view.append(link(edge.href, between, `edge ${edge.certainty}${edge.contested ? " contested" : ""}${free ? "" : " crowded"}`, ...parts));
  }
  for (const node of nodes) {
    const disc = node.square
      ? drawn("rect", { x: node.x - RADIUS, y: node.y - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS, rx: 2 })
      : drawn("circle", { cx: node.x, cy: node.y, r: RADIUS });
    const text = drawn("text", { x: node.words[0], y: node.words[1], "text-anchor": "middle", direction: node.direction, lang: node.language }, node.short);
    view.append(link(node.href, node.label, "node", disc, text));
  }
  svg.addEventListener("keydown", (event) => {
    const at = links.indexOf(event.target.closest?.("a"));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    links[at].setAttribute("tabindex", -1);
    const next = links[(at + step + links.length) % links.length];
    next.setAttribute("tabindex", 0);
    next.focus();
  });

  const start = zoomIdentity.translate(width / 2, height / 2).scale(scale).translate(-(box[0] + box[2]) / 2, -(box[1] + box[3]) / 2);
  const zooming = zoom()
    .scaleExtent([0.15, 6])
    .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button)) // a page scrolls by the wheel
    .on("zoom", ({ transform }) => {
      view.setAttribute("transform", transform);
      // Writing keeps its size where the drawing is made smaller than it is, so that it can be read.
      view.setAttribute("font-size", FONT / Math.min(1, Math.max(0.55, transform.k)));
    });
  const selected = select(svg).call(zooming).call(zooming.transform, start).on("dblclick.zoom", null);
  const act = (name, label, work) => {
    const button = element("button", { type: "button", className: "quiet", ariaLabel: label }, name);
    button.addEventListener("click", work);
    return button;
  };
  const tools = element(
    "div",
    { className: "drawing-tools" },
    act("+", "Larger", () => selected.call(zooming.scaleBy, 1.4)),
    act("−", "Smaller", () => selected.call(zooming.scaleBy, 1 / 1.4)),
    act("Whole", "The whole drawing", () => selected.call(zooming.transform, start)),
  );
  const key = element("ul", { className: "line-key" }, ...["certain", "presumed", "possible"].map((one) =>
    element("li", {}, drawn("svg", { width: 44, height: 10, "aria-hidden": true }, drawn("g", { class: `edge ${one}` }, drawn("path", { class: "line", d: "M1 5H43" }))), ` ${one}`),
  ));
  key.append(element("li", {}, "◆ contested"));
  host.replaceChildren(element("div", { className: "drawing-head" }, key, tools), svg);
  return new Map(nodes.map(({ id, x, y }) => [id, { x, y }]));
}
