// A timeline of the server's own, enlarged and with a cursor. Its figures are drawn in per cent of the
// width between two days (`data-first` and `data-last`), so that to zoom is to reckon per cents anew.
import { scaleUtc } from "d3-scale";
import { visit } from "./day.js";
import { drawn, element } from "./element.js";
import { ticks } from "./ticks.js";

const DAY = 86_400_000;
const NARROWEST = 7; // days

const iso = (moment) => new Date(moment).toISOString().slice(0, 10);

export function enhance(figure) {
  const whole = [Date.parse(figure.dataset.first), Date.parse(figure.dataset.last) + DAY];
  const lanes = [...figure.querySelectorAll("svg.lane")];
  if (!lanes.length || !(whole[1] > whole[0])) return;
  let shown = whole;

  const scaled = [];
  for (const lane of lanes) {
    for (const part of lane.querySelectorAll("rect, line, text")) {
      const at = {};
      for (const name of ["x", "x1", "x2", "width"]) {
        const value = part.getAttribute(name) ?? "";
        if (value.endsWith("%")) at[name] = Number.parseFloat(value);
      }
      if (part.closest(".axis-svg") || !Object.keys(at).length) continue;
      if (part.matches(".axis")) continue; // runs from rim to rim
      scaled.push([part, at]);
    }
  }
  const axis = figure.querySelector("svg.axis-svg");
  const given = axis ? [...axis.childNodes] : [];
  const cursors = lanes.map((lane) => lane.appendChild(drawn("line", { class: "cursor", y1: 0, y2: "100%", visibility: "hidden" })));
  const told = element("output", { className: "small soft" });

  const place = (moment) => (100 * (moment - shown[0])) / (shown[1] - shown[0]);

  function draw() {
    const share = (percent) => place(whole[0] + (percent / 100) * (whole[1] - whole[0]));
    const stretch = (whole[1] - whole[0]) / (shown[1] - shown[0]);
    for (const [part, at] of scaled) {
      for (const [name, value] of Object.entries(at)) part.setAttribute(name, `${name === "width" ? value * stretch : share(value)}%`);
    }
    if (!axis) return;
    if (shown === whole) return axis.replaceChildren(...given);
    const scale = scaleUtc(shown, [0, 100]);
    const count = Math.max(3, Math.min(8, axis.clientWidth / 110));
    axis.replaceChildren(
      drawn("line", { class: "axis", x1: 0, x2: "100%", y1: 1, y2: 1 }),
      ...ticks(scale, count).flatMap(([tick, words]) => {
        const x = `${scale(tick)}%`;
        const line = drawn("line", { class: "axis", x1: x, x2: x, y1: 0, y2: 6 });
        const fits = scale(tick) > 5 && scale(tick) < 95;
        return fits ? [line, drawn("text", { x, y: 19, "text-anchor": "middle" }, words)] : [line];
      }),
    );
  }

  /** Show from one moment to another, as far as the whole goes. */
  function show(first, last) {
    const long = Math.min(whole[1] - whole[0], Math.max(NARROWEST * DAY, last - first));
    const begin = Math.min(Math.max(first, whole[0]), whole[1] - long);
    shown = long === whole[1] - whole[0] ? whole : [begin, begin + long];
    draw();
  }

  function zoom(by, about = (shown[0] + shown[1]) / 2) {
    show(about - (about - shown[0]) / by, about + (shown[1] - about) / by);
  }

  const move = (share) => show(shown[0] + share * (shown[1] - shown[0]), shown[1] + share * (shown[1] - shown[0]));
  const tools = [
    ["‹", "Earlier", () => move(-0.4)],
    ["+", "Larger", () => zoom(2)],
    ["−", "Smaller", () => zoom(1 / 2)],
    ["›", "Later", () => move(0.4)],
    ["Whole", "The whole time", () => show(...whole)],
  ].map(([sign, name, work]) => {
    const button = element("button", { type: "button", className: "quiet", ariaLabel: name }, sign);
    button.addEventListener("click", work);
    return button;
  });
  figure.prepend(element("div", { className: "drawing-head" }, told, element("div", { className: "drawing-tools", role: "group", ariaLabel: "What part of the time is shown" }, ...tools)));

  let dragged = null;
  for (const lane of lanes) {
    const at = ({ clientX }) => {
      const box = lane.getBoundingClientRect();
      return shown[0] + ((clientX - box.left) / box.width) * (shown[1] - shown[0]);
    };
    lane.addEventListener("pointermove", (event) => {
      if (dragged) {
        const by = dragged.at - at(event);
        if (Math.abs(event.clientX - dragged.x) > 3) dragged.far = true;
        if (dragged.far && shown !== whole) show(shown[0] + by, shown[1] + by);
      }
      const moment = at(event);
      told.value = `${iso(moment)} – a click shows that day`;
      for (const cursor of cursors) {
        cursor.setAttribute("visibility", "visible");
        for (const name of ["x1", "x2"]) cursor.setAttribute(name, `${place(moment)}%`);
      }
    });
    lane.addEventListener("pointerleave", () => {
      told.value = "";
      for (const cursor of cursors) cursor.setAttribute("visibility", "hidden");
    });
    lane.addEventListener("pointerdown", (event) => {
      dragged = { at: at(event), x: event.clientX, far: false };
      addEventListener("pointerup", () => setTimeout(() => (dragged = null)), { once: true });
    });
    lane.addEventListener("click", (event) => {
      if (dragged?.far) return;
      const address = new URL(location.href);
      address.searchParams.set("day", iso(at(event)));
      visit(address);
    });
    lane.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // a page scrolls by the wheel
        event.preventDefault();
        zoom(event.deltaY < 0 ? 1.25 : 0.8, at(event));
      },
      { passive: false },
    );
  }
}
