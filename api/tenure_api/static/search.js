// Offers names while somebody types in a field with data-offers: a combobox with a list box (WAI-ARIA
// Authoring Practices). data-offers is the list that is looked through, or empty for all of them.
// In the form of the search, what is chosen is opened; in any other, its slug is filled in.
// Without scripts the search finds the same, and the fields take what is typed.
"use strict";

const MOST = 10;

const spoken = (name) => {
  const words = document.createElement("bdi");
  words.textContent = name.name;
  if (name.language) words.lang = name.language;
  if (name.direction) words.dir = name.direction;
  return words;
};

const offer = (field) => {
  const list = document.createElement("ul");
  list.id = `${field.id}-offered`;
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
  const opens = field.form.getAttribute("role") === "search";
  let asked = new AbortController();
  let chosen = -1;

  const show = (rows) => {
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.replaceChildren(
      ...rows.map((row, number) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.target = opens ? row.address : row.slug;
        const kind = document.createElement("span");
        kind.className = "soft";
        kind.append(row.kind);
        if (row.foundAs) kind.append(" \u00b7 ", spoken(row.foundAs));
        item.append(spoken(row), kind);
        return item;
      }),
    );
    list.hidden = rows.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  const choose = (number) => {
    const items = list.children;
    if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
    chosen = (number + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", items[chosen].id);
  };

  const take = (item) => {
    if (opens) {
      location.assign(item.dataset.target);
    } else {
      field.value = item.dataset.target;
      show([]);
    }
  };

  field.addEventListener("input", async () => {
    asked.abort();
    asked = new AbortController();
    chosen = -1;
    if (!field.value.trim()) return show([]);
    const wanted = new URLSearchParams({ q: field.value, kind: field.dataset.offers, format: "json" });
    try {
      const answer = await fetch(`/search?${wanted}`, { signal: asked.signal });
      const found = answer.ok ? await answer.json() : { results: [] };
      const view = new URLSearchParams(new FormData(field.form));
      view.delete(field.name);
      for (const row of found.results) {
        if (view.size) row.address += (row.address.includes("?") ? "&" : "?") + view;
      }
      // Who has begun to choose goes on with what was there.
      if (chosen < 0) show(found.results.slice(0, MOST));
    } catch (error) {
      if (error.name !== "AbortError") show([]);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("li");
    if (item) {
      event.preventDefault();
      take(item);
    }
  });
  field.addEventListener("blur", () => show([]));
};

const offerAll = () => document.querySelectorAll("input[data-offers]:not([role])").forEach(offer);
offerAll();
document.addEventListener("tenure:shown", offerAll); // fields that have come in since

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
