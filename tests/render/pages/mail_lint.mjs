// Prints, as JSON, what mail programs and the HTML standard have against the files that are named.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";
import { HtmlValidate } from "html-validate";

// The package knows no Outlook on the web; its apps for phones show mails by the same engine.
const clients = ["outlook.windows", "outlook.ios", "outlook.android", "gmail.*", "apple-mail.*"];
// A mail needs its styles in place, the attributes and comments that Outlook for Windows reads
// instead, and the older name of role="none".
const off = [
  "no-conditional-comment",
  "presentation-role-style",
  "no-inline-style",
  "no-deprecated-attr",
  "prefer-tbody",
  "doctype-style",
  "long-title",
];
const rules = Object.fromEntries(off.map((rule) => [rule, "off"]));
const validator = new HtmlValidate({ extends: ["html-validate:recommended"], rules });

const found = {};
for (const file of process.argv.slice(2)) {
  const html = readFileSync(file, "utf8");
  const { errors } = caniemail({ clients, html }).issues;
  const unsupported = [...errors].flatMap(([client, all]) => all.map((i) => `${client}: ${i.title}`));
  const { results } = await validator.validateString(html);
  const faults = results.flatMap((r) => r.messages.map((m) => `${m.line}: ${m.message}`));
  found[file] = { unsupported: [...new Set(unsupported)].sort(), faults };
}
console.log(JSON.stringify(found));
