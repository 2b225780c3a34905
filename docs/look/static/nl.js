// What the theme says by script, and Sphinx has no Dutch for.
"use strict";

Documentation.addTranslations({
  plural_expr: "n === 1 ? 0 : 1",
  messages: {
    "Search finished, found one page matching the search query.": [
      "Eén pagina gevonden.",
      "${resultCount} pagina's gevonden.",
    ],
    "Search finished, found ${resultCount} pages matching the search query.":
      "${resultCount} pagina's gevonden.",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Niets gevonden. Kijk of alle woorden goed geschreven zijn, of zoek met minder woorden.",
    ", in ": ", op ",
  },
});

const LABELS = {
  "Toggle site navigation sidebar": "Menu",
  "Toggle table of contents sidebar": "Op deze pagina",
  "Toggle Light / Dark / Auto color theme": "Licht, donker of zoals uw apparaat",
};

for (const node of document.querySelectorAll("[aria-label]")) {
  const label = node.getAttribute("aria-label");
  const dutch = LABELS[label] ?? label.replace("Toggle navigation of", "Menu van");
  node.setAttribute("aria-label", dutch);
}
