// Offers what is found while somebody types: a combobox with a list box (WAI-ARIA Authoring
// Practices). Without it the form leads to the page of the search, which finds the same.
"use strict";

const field = document.getElementById("search");
if (field) {
  const list = document.createElement("ul");
  list.id = "suggested";
  list.className = "suggested";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  list.hidden = true;
  field.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
  })) {
    field.setAttribute(name, value);
  }

  let asked = new AbortController();
  let chosen = -1;

  const show = (rows) => {
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.replaceChildren(
      ...rows.map((row, number) => {
        const item = document.createElement("li");
        item.id = `suggested-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.address = row.address;
        item.append(spoken(row));
        const kind = document.createElement("span");
        kind.className = "soft";
        kind.append(row.kind);
        if (row.foundAs) {
          kind.append(" \u00b7 ", spoken(row.foundAs));
        }
        item.append(kind);
        return item;
      }),
    );
    list.hidden = rows.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  const spoken = (name) => {
    const words = document.createElement("bdi");
    words.textContent = name.name;
    if (name.language) words.lang = name.language;
    if (name.direction) words.dir = name.direction;
    return words;
  };

  const choose = (number) => {
    const items = list.children;
    if (items.length === 0) return;
    if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
    chosen = (number + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", items[chosen].id);
  };

  field.addEventListener("input", async () => {
    asked.abort();
    asked = new AbortController();
    const typed = new FormData(field.form);
    if (!field.value.trim()) return show([]);
    const wanted = new URLSearchParams({ q: field.value, format: "json" });
    try {
      const answer = await fetch(`/search?${wanted}`, { signal: asked.signal });
      const found = answer.ok ? await answer.json() : { results: [] };
      typed.delete("q");
      const view = new URLSearchParams(typed).toString();
      for (const row of found.results) {
        if (view) row.address += (row.address.includes("?") ? "&" : "?") + view;
      }
      show(found.results.slice(0, 10));
    } catch (error) {
      if (error.name !== "AbortError") show([]);
    }
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      if (event.key === "ArrowDown") choose(chosen + 1);
      else choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.address);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show([]);
    }
  });
  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("li");
    if (item) {
      event.preventDefault();
      location.assign(item.dataset.address);
    }
  });
  field.addEventListener("blur", () => show([]));
}

// One panel of the bar is open at a time, and Escape or a click beside it closes it.
const close = (but) => {
  for (const panel of document.querySelectorAll(".bar .choice[open]")) {
    if (panel !== but && !panel.querySelector("[aria-invalid]")) panel.open = false;
  }
};
document.addEventListener("pointerdown", (event) => close(event.target.closest(".choice")));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".bar .choice[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
