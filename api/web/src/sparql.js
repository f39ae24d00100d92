// The editor of /sparql: the form's text area becomes CodeMirror, in a shadow root, because there its
// styles are constructed sheets, which the Content-Security-Policy allows. The form stays what it
// was: without this file it sends the same query to the same address.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { element } from "./element.js";
import { sortable } from "./tables.js";
import { offerViews } from "./views.js";

const KEPT = "tenure.sparql";
const LONGEST_ADDRESS = 4000;
const KEYWORDS = (
  "SELECT DISTINCT WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES EXISTS NOT IN AS ORDER BY " +
  "DESC ASC LIMIT OFFSET GROUP HAVING COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT CONSTRUCT DESCRIBE ASK " +
  "PREFIX BASE UNDEF BOUND STR LANG DATATYPE COALESCE IF REGEX CONTAINS STRSTARTS STRENDS"
).split(" ");
const PREFIXED = /(?<![\w:/#.-])([A-Za-z][\w.-]*):(?!\/\/)/g;

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", border: "1px solid var(--field)", borderRadius: "8px" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "0.92rem", lineHeight: "1.5", minHeight: "12rem", maxHeight: "34rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--tint)", border: "none", borderRadius: "8px 0 0 8px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--tint) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--card)", border: "1px solid var(--field)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
  ".cm-completionDetail": { color: "inherit", opacity: "0.85", fontStyle: "normal" },
  ".cm-completionInfo": { maxWidth: "22rem", padding: "0.4rem 0.6rem", fontFamily: "var(--sans)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--contested)", textDecorationSkipInk: "none" },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--contested)" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", borderLeft: "4px solid var(--contested)", padding: "0.3rem 0.6rem" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName], color: "var(--possible)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--certain)" },
  { tag: [tags.url, tags.namespace, tags.typeName], color: "var(--ink)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

/** What the service says about itself for the editor; empty where it cannot be had. */
async function about() {
  try {
    const response = await fetch("/sparql/editor", { headers: { Accept: "application/json" } });
    if (response.ok) return await response.json();
  } catch {
    // Without it one can write queries all the same.
  }
  return { prefixes: {}, terms: [] };
}

/** The prefixes that a query uses, knows from `known` and does not declare. */
function missing(text, known) {
  const plain = text
    .replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .replace(/<[^<>\s]*>/g, "<>")
    .replace(/#.*$/gm, "");
  const declared = new Set([...plain.matchAll(/\bPREFIX\s+([\w.-]*):/gi)].map((one) => one[1]));
  const used = new Set([...plain.matchAll(PREFIXED)].map((one) => one[1]));
  return [...used].filter((name) => !declared.has(name) && known[name]).sort();
}

function declare(view, known) {
  const names = missing(view.state.doc.toString(), known);
  if (!names.length) return;
  const insert = names.map((name) => `PREFIX ${name}: <${known[name]}>\n`).join("");
  view.dispatch({ changes: { from: 0, insert }, userEvent: "input.prefix" });
}

function completions(known) {
  const terms = known.then(({ terms: listed }) =>
    listed.map(({ name, label, about: info, kind }) => ({
      label: name,
      detail: label,
      info: info || undefined,
      type: kind,
      boost: 1,
    })),
  );
  const keywords = KEYWORDS.map((label) => ({ label, type: "keyword", boost: -1 }));

  async function entities(text, from) {
    const response = await fetch(`/search?${new URLSearchParams({ q: text, format: "json" })}`);
    if (!response.ok) return [];
    const { results = [] } = await response.json();
    return results.map(({ iri, name, kind, foundAs }) => ({
      label: name,
      detail: foundAs ? `${kind}, ${foundAs.name}` : kind,
      type: "constant",
      apply: (view, _, __, to) => {
        const insert = `<${iri}>`;
        view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
      },
    }));
  }

  return async (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const text = context.state.doc.toString();
      const names = new Set([...text.matchAll(/[?$](\w+)/g)].map((one) => one[0]));
      names.delete(variable.text);
      return { from: variable.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const word = context.matchBefore(/<?[\p{L}\p{M}\w-]+(?::[\w-]*)?/u);
    if (!word && !context.explicit) return null;
    if (["String", "Comment"].includes(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
    const from = word ? word.from : context.pos;
    const text = (word?.text ?? "").replace(/^</, "");
    const named = word?.text.startsWith("<") ? [] : [...(await terms), ...(text.includes(":") ? [] : keywords)];
    if (text.length < 2 || text.includes(":")) return { from, options: named };
    const found = await entities(text, from).catch(() => []);
    if (context.aborted) return null;
    // What the service found need not begin with what was typed: another name of it may.
    const fitting = named.filter(({ label, detail }) => `${label} ${detail ?? ""}`.toLowerCase().includes(text.toLowerCase()));
    return { from, options: [...fitting.slice(0, 60), ...found], filter: false };
  };
}

/** Queries kept in this browser; the one that the address brings comes first. */
class Tabs {
  constructor(given, asked) {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    } catch {
      // Nothing that can be read was kept.
    }
    this.queries = Array.isArray(kept.queries) ? kept.queries.filter((one) => typeof one === "string") : [];
    this.at = Math.max(0, Math.min(this.queries.length - 1, Number(kept.at) || 0));
    if (asked || !this.queries.length) {
      const same = this.queries.indexOf(given);
      this.at = same >= 0 ? same : this.queries.push(given) - 1;
    }
  }

  keep() {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ queries: this.queries, at: this.at }));
    } catch {
      // A browser that keeps nothing still runs queries.
    }
  }

  name(place) {
    const title = /^\s*#\s*(?:title:\s*)?(\S.*)$/m.exec(this.queries[place])?.[1];
    return title ? title.slice(0, 28) : `Query ${place + 1}`;
  }
}

export function enhance(form) {
  const area = form.elements.query;
  const results = document.getElementById("results");
  const label = form.querySelector(`label[for="${area.id}"]`);
  const host = element("div", { className: "editor" });
  const root = host.attachShadow({ mode: "open" });
  const wasFocused = document.activeElement === area;
  area.required = false; // a hidden field that is wanting would hold the form up without a word
  area.hidden = true;
  area.after(host);

  const asked = new URLSearchParams(location.search);
  const tabs = new Tabs(area.value, asked.has("query") || asked.has("example"));
  let known = { prefixes: {}, terms: [] };
  const ready = about().then((found) => (known = found));
  let running = null;

  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: tabs.queries[tabs.at],
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        sparql(),
        syntaxHighlighting(colours),
        autocompletion({ override: [completions(ready)] }),
        EditorView.lineWrapping,
        theme,
        EditorView.contentAttributes.of({ "aria-label": label.textContent.trim(), tabindex: "0" }),
        keymap.of([
          { key: "Mod-Enter", run: () => (run(), true) },
          // Tab is left to the browser: by keyboard one has to get out of here, too.
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = tabs.queries[tabs.at] = update.state.doc.toString();
          tabs.keep();
          const typed = update.transactions.some((one) => one.isUserEvent("input.type") || one.isUserEvent("input.complete"));
          if (typed) queueMicrotask(() => declare(view, known.prefixes));
        }),
      ],
    }),
  });
  area.value = tabs.queries[tabs.at];
  label.addEventListener("click", () => view.focus());
  if (wasFocused) view.focus();

  const strip = element("div", { className: "tabs", role: "tablist", ariaLabel: "Queries kept in this browser" });
  const add = element("button", { type: "button", className: "quiet" }, "New query");
  const close = element("button", { type: "button", className: "quiet" }, "Close this query");
  label.before(element("div", { className: "tab-row" }, strip, add, close));
  host.id = "editor-panel";
  host.setAttribute("role", "tabpanel");

  function drawTabs() {
    strip.replaceChildren(
      ...tabs.queries.map((_, place) => {
        const tab = element("button", { type: "button", role: "tab", className: "quiet", tabIndex: place === tabs.at ? 0 : -1 }, tabs.name(place));
        tab.setAttribute("aria-selected", String(place === tabs.at));
        tab.setAttribute("aria-controls", host.id);
        tab.addEventListener("click", () => turnTo(place));
        return tab;
      }),
    );
    host.setAttribute("aria-label", tabs.name(tabs.at));
    close.disabled = tabs.queries.length < 2;
  }

  function turnTo(place) {
    tabs.at = place;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: tabs.queries[place] } });
    tabs.keep();
    drawTabs();
  }

  strip.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    turnTo((tabs.at + step + tabs.queries.length) % tabs.queries.length);
    strip.children[tabs.at].focus();
  });
  add.addEventListener("click", () => {
    turnTo(tabs.queries.push("SELECT * WHERE {\n  \n}\nLIMIT 100\n") - 1);
    view.focus();
  });
  close.addEventListener("click", () => {
    tabs.queries.splice(tabs.at, 1);
    turnTo(Math.max(0, tabs.at - 1));
    view.focus();
  });
  drawTabs();

  const day = element("input", { id: "from-day", autocomplete: "off", placeholder: "2020-01-02", spellcheck: false });
  const degree = element("select", { id: "from-degree" }, ...["certain", "presumed", "possible"].map((one) => element("option", {}, one)));
  const write = element("button", { type: "button", className: "quiet" }, "Write FROM");
  const fields = form.querySelector(".fields");
  fields.prepend(
    element("div", {}, element("label", { htmlFor: day.id }, "Day asked about"), day),
    element("div", {}, element("label", { htmlFor: degree.id }, "At least"), degree),
    element("div", { className: "act" }, write),
  );
  day.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    write.click();
  });
  write.addEventListener("click", () => {
    const tail = degree.value === "certain" ? "" : `/${degree.value}`;
    const when = encodeURI(day.value.trim());
    const line = when ? `FROM <${form.dataset.at}${when}${tail}>\n` : "";
    const text = view.state.doc.toString();
    const old = text.indexOf(`<${form.dataset.at}`);
    const begins = old < 0 ? -1 : text.lastIndexOf("FROM", old);
    let from, to;
    if (begins >= 0 && /^FROM\s+<[^>]*>[ \t]*\n?/i.test(text.slice(begins))) {
      from = begins;
      to = begins + /^FROM\s+<[^>]*>[ \t]*\n?/i.exec(text.slice(begins))[0].length;
    } else {
      from = to = /\bWHERE\b|\{/i.exec(text)?.index ?? text.length;
    }
    const gap = line && from > 0 && text[from - 1] !== "\n" ? "\n" : "";
    view.dispatch({ changes: { from, to, insert: gap + line } });
  });

  const submit = form.querySelector("button[type=submit]");
  const cancel = element("button", { type: "button", className: "quiet", hidden: true }, "Cancel");
  const link = element("a", { href: "", className: "small" }, "Copy a link to this query");
  submit.after(" ", cancel);
  form.querySelector(".hint:last-of-type")?.append(" ", link);
  cancel.addEventListener("click", () => running?.abort());

  function address() {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    return `?${new URLSearchParams(given)}`;
  }

  link.addEventListener("click", async (event) => {
    event.preventDefault();
    link.href = address();
    try {
      await navigator.clipboard.writeText(link.href);
      link.textContent = "Copied. Copy it again";
    } catch {
      history_(link.href);
      link.textContent = "The link is in the address bar";
    }
  });
  for (const name of ["focus", "pointerenter"]) link.addEventListener(name, () => (link.href = address()));

  function history_(to) {
    window.history.replaceState(null, "", to);
  }

  function mark(found) {
    const line = Number(found?.dataset.line) || 0;
    if (!line || line > view.state.doc.lines) return view.dispatch(setDiagnostics(view.state, []));
    const at = view.state.doc.line(line);
    const column = Math.min(at.length, Math.max(0, (Number(found.dataset.column) || 1) - 1));
    // Where it stopped at a space, what stands before that is meant.
    const begun = /\S/.test(at.text[column] ?? " ") ? column : at.text.slice(0, column).search(/\S+\s*$/);
    const from = at.from + Math.max(0, begun);
    const to = from + (/^(?:[\w:.-]+|\S+)/.exec(at.text.slice(from - at.from))?.[0].length ?? 0);
    const message = found.querySelector("p")?.textContent ?? "";
    view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message }]));
    view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    view.focus();
  }

  async function run() {
    await ready;
    declare(view, known.prefixes);
    drawTabs();
    running?.abort();
    const mine = (running = new AbortController());
    results.setAttribute("aria-busy", "true");
    cancel.hidden = false;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "text/html" },
        signal: mine.signal,
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const made = page.getElementById("results") ?? page.querySelector("main");
      results.replaceChildren(...made.childNodes);
      if (address().length < LONGEST_ADDRESS) history_(address());
      mark(results.querySelector("[data-line]"));
      dress();
    } catch (error) {
      if (mine !== running) return; // another run has begun
      const said = error.name === "AbortError" ? "Cancelled." : `The service cannot be reached: ${error.message}`;
      results.replaceChildren(element("p", { className: "soft" }, said));
    } finally {
      if (mine === running) {
        running = null;
        cancel.hidden = true;
        results.removeAttribute("aria-busy");
      }
    }
  }

  function dress() {
    for (const table of results.querySelectorAll(".scroll > table")) {
      sortable(table);
      offerViews(table);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  mark(results.querySelector("[data-line]"));
  dress();
}
