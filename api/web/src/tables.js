// Tables that sort by a click on a heading, or Enter on it. Rows of reasons stay below their row.

const ORDER = ["certain", "presumed", "possible"];

/** What a cell is sorted by: a number, the place of a degree, or its words. */
function key(cell) {
  const text = (cell?.textContent ?? "").trim();
  const degree = ORDER.indexOf(text.split(/\s/)[0]);
  if (cell?.querySelector(".badge") && degree >= 0) return degree;
  if (text !== "" && !Number.isNaN(Number(text))) return Number(text);
  return text === "–" ? "" : text;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  if (a === "" || b === "") return (a === "") - (b === ""); // what is unbound comes last
  return a.localeCompare(b);
}

/** The rows of a body, each with those that belong below it. */
function groups(body) {
  const found = [];
  for (const row of body.rows) {
    if (row.classList.contains("why") && found.length) found.at(-1).push(row);
    else found.push([row]);
  }
  return found;
}

export function sortable(table) {
  const body = table.tBodies[0];
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!body || table.tBodies.length > 1 || body.rows.length < 2 || body.querySelector("[rowspan]")) return;
  const rows = groups(body).map(([row]) => row);
  headings.forEach((heading, column) => {
    if (heading.classList.contains("unsorted") || heading.querySelector("button, a")) return;
    const first = rows[0].cells[column]?.textContent.trim();
    if (rows.every((row) => row.cells[column]?.textContent.trim() === first)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const falling = heading.getAttribute("aria-sort") === "ascending";
      for (const one of headings) one.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const keyed = groups(body).map((rows) => ({ rows, key: key(rows[0].cells[column]) }));
      keyed.sort((a, b) => (falling ? -1 : 1) * compare(a.key, b.key));
      body.append(...keyed.flatMap((one) => one.rows));
    });
  });
}
