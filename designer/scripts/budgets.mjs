// Fails when browsers would load more than the budgets allow: measured on the build, compressed as it travels (gzip, 1 kB = 1000 bytes).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUILD = new URL("../../api/designer/", import.meta.url);
/** What the list of journeys loads, the first page that anybody sees. */
const INITIAL_KB = { js: 170, css: 10 };
/** What the editor loads in all until a journey stands: React and React Flow are 116 of it. */
const EDITOR_KB = { js: 170, css: 15 };
/** Of everything more that one `import()` brings: the code field is the largest. */
const LAZY_KB = 120;
/** A class name that is wherever CodeMirror is. */
const CODE_MARK = "cm-content";
const PAGE = "index.html";
const LIST = "src/pages/JourneysPage.tsx";
const EDITOR = "src/pages/EditorPage.tsx";
const CODE_FIELD = "src/ui/code/Editing.tsx";

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", BUILD), "utf8"));
const read = (file) => readFileSync(new URL(file, BUILD));
const kilobytes = (files) => files.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0) / 1000;

/** A chunk and all that it imports at once, by their names in the manifest. */
function closure(name, found = new Set()) {
  if (!found.has(name)) {
    found.add(name);
    for (const other of manifest[name].imports ?? []) closure(other, found);
  }
  return found;
}

const stylesOf = (names) => [...new Set([...names].flatMap((name) => manifest[name].css ?? []))];
const scriptsOf = (names) => [...names].map((name) => manifest[name].file);

const list = closure(LIST, closure(PAGE));
const editor = closure(EDITOR, closure(PAGE));
const rows = [
  ["initial JS", kilobytes(scriptsOf(list)), INITIAL_KB.js],
  ["initial CSS", kilobytes(stylesOf(list)), INITIAL_KB.css],
  ["editor JS", kilobytes(scriptsOf(editor)), EDITOR_KB.js],
  ["editor CSS", kilobytes(stylesOf(editor)), EDITOR_KB.css],
];
const lazy = Object.keys(manifest).filter(
  (name) => manifest[name].isDynamicEntry && name.startsWith("src/") && !editor.has(name),
);
const codeField = closure(CODE_FIELD, new Set(editor));
for (const name of lazy) {
  // What a part of the code field brings comes after the code field.
  const present = name === CODE_FIELD || !name.startsWith("src/ui/code/") ? editor : codeField;
  const more = [...closure(name)].filter((each) => !present.has(each));
  rows.push([`lazy ${name.replace(/^src\//, "")}`, kilobytes([...scriptsOf(more), ...stylesOf(more)]), LAZY_KB]);
}

const faults = rows.filter(([, size, budget]) => size > budget).map(([name]) => `${name} is over its budget`);
const page = read("index.html").toString();
for (const name of lazy) {
  if (page.includes(manifest[name].file)) faults.push(`${name} is preloaded by the page`);
}
if (scriptsOf(editor).some((file) => read(file).includes(CODE_MARK)))
  faults.push("the code editor is loaded at once, not when it is needed");

for (const [name, size, budget] of rows) {
  console.log(`${name.padEnd(40)} ${size.toFixed(1).padStart(7)} kB of ${budget}`);
}
for (const fault of faults) console.error(`BUDGET: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
