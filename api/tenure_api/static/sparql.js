// Runs the query without leaving the page. The server renders the results either way, so that the
// form works without this file too; here only the part with the results is put in place.
"use strict";

const form = document.getElementById("sparql");
const LONGEST_ADDRESS = 4000;

async function run() {
  const fields = new URLSearchParams(new FormData(form));
  const results = document.getElementById("results");
  results.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: fields,
      headers: { Accept: "text/html" },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    results.replaceChildren(...page.getElementById("results").childNodes);
    const address = "?" + fields;
    if (address.length < LONGEST_ADDRESS) history.replaceState(null, "", address);
  } catch (error) {
    results.textContent = "The service cannot be reached: " + error.message;
  } finally {
    results.removeAttribute("aria-busy");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});

form.elements.query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
