// Looks at the same page on another day, or otherwise, without loading it anew: what it shows then is
// fetched and put in place. Whoever goes through the days finds the next one fetched already. Without
// scripts the same links and forms lead to the same pages.

const AHEAD = 4; // pages that are fetched ahead at a time
const FRESH = 20_000; // ms for which such a page is taken for what the service would say now
const WHOLE = ["header.top", "main", "footer.bottom"];
const OF_NETWORK = ["header.top", "#network-day", "#network-days", "#network-list", "footer.bottom"];

const ahead = new Map();
let asked = null;
let shownAt = location.pathname + location.search;
let enhanceIn = () => {};

async function load(address, signal) {
  const response = await fetch(address, { headers: { Accept: "text/html" }, signal });
  const isThere = response.ok && new URL(response.url).pathname === location.pathname;
  return isThere ? response.text() : null;
}

function loadAhead(address) {
  if (!address || navigator.connection?.saveData || ahead.has(address.href)) return;
  for (const oldest of [...ahead.keys()].slice(0, ahead.size + 1 - AHEAD)) ahead.delete(oldest);
  ahead.set(address.href, { at: performance.now(), text: load(address).catch(() => null) });
}

async function pageOf(address, signal) {
  const kept = ahead.get(address.href);
  ahead.delete(address.href);
  const text = kept && performance.now() - kept.at < FRESH ? await kept.text : null;
  return text ?? load(address, signal);
}

/** What a link of the bar is called, whatever day it leads to. */
const called = (link) => link.title.split(":")[0] || link.textContent;
const linkCalled = (name) => [...document.querySelectorAll(".bar a")].find((link) => called(link) === name);

const panels = () => [...document.querySelectorAll(".bar details")];

/** What was chosen in a panel of the bar closes it. */
const closeAround = (chosen) => chosen.closest(".bar details")?.removeAttribute("open");

function put(page) {
  const parts = document.querySelector("#network") ? OF_NETWORK : WHOLE;
  const active = document.activeElement;
  const focused = active?.matches(".bar a") ? called(active) : null;
  const opened = panels().findIndex((panel) => panel.open);
  const scrolled = scrollY;
  for (const part of parts) {
    const [was, now] = [document.querySelector(part), page.querySelector(part)];
    if (!was || !now) continue;
    was.replaceWith(now);
    enhanceIn(now);
  }
  document.title = page.title;
  if (opened >= 0 && panels()[opened]) panels()[opened].open = true; // opened while the page was on its way
  if (focused) linkCalled(focused)?.focus({ preventScroll: true });
  scrollTo({ top: scrolled, behavior: "instant" });
  document.dispatchEvent(new CustomEvent("tenure:shown"));
}

/** Show the page of an address; in the history it is a step, or takes the place of the one before. */
export async function visit(address, { how = "pushState" } = {}) {
  asked?.abort();
  const mine = (asked = new AbortController());
  const start = performance.now();
  let text = null;
  try {
    text = await pageOf(address, mine.signal);
  } catch {
    // Whatever it is, the browser tells of it.
  }
  if (mine.signal.aborted) return;
  if (!text) return void location.assign(address);
  performance.measure("tenure: fetched", { start });
  const fetched = performance.now();
  if (how) history[how](null, "", address);
  shownAt = location.pathname + location.search;
  put(new DOMParser().parseFromString(text, "text/html"));
  performance.measure("tenure: shown", { start: fetched });
}

/** The address of a link to the same page, as it is to be looked at otherwise. */
function otherwise(link) {
  if (!link) return null;
  const address = new URL(link.href);
  return address.origin === location.origin && address.pathname === location.pathname && !address.hash ? address : null;
}

export function start(enhance) {
  enhanceIn = enhance;
  if (document.querySelector("form#sparql")) return; // what is typed there would be lost

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".bar a[href], #network-days a[href]");
    const address = otherwise(link);
    if (!address || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    closeAround(link);
    const step = link.matches(".step") ? called(link) : null;
    visit(address).then(() => {
      // Who has gone a step goes another one as likely as not.
      if (step) (window.requestIdleCallback ?? setTimeout)(() => loadAhead(otherwise(linkCalled(step))));
    });
  });
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => loadAhead(otherwise(event.target.closest?.(".bar a.step[href]"))));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.closest(".bar") || form.method !== "get") return;
    const address = otherwise({ href: form.action });
    if (!address) return;
    event.preventDefault();
    closeAround(form);
    address.search = new URLSearchParams(new FormData(form));
    visit(address);
  });
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shownAt) visit(new URL(location), { how: "" });
  });
}
