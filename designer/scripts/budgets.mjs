// Fails when browsers would load more than the budgets allow: measured on the build, compressed as it travels (gzip, 1 kB = 1000 bytes).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUILD = new URL("../../api/designer/", import.meta.url);
const INITIAL_JS_KB = 170;
const INITIAL_CSS_KB = 10;
/** Of everything one `import()` brings: the code editor is the largest. */
const LAZY_KB = 120;
/** A class name that is wherever CodeMirror is. */
const CODE_EDITOR = "cm-content";

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

const initial = closure("index.html");
const scripts = [...initial].map((name) => manifest[name].file);
const styles = [...new Set([...initial].flatMap((name) => manifest[name].css ?? []))];
const rows = [
  ["initial JS", kilobytes(scripts), INITIAL_JS_KB],
  ["initial CSS", kilobytes(styles), INITIAL_CSS_KB],
];
const lazy = Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry && !initial.has(name));
for (const name of lazy) {
  const chunks = [...closure(name)].filter((each) => !initial.has(each));
  const files = chunks.flatMap((each) => [manifest[each].file, ...(manifest[each].css ?? [])]);
  rows.push([`lazy ${name.replace(/^src\//, "")}`, kilobytes(files), LAZY_KB]);
}

const faults = rows.filter(([, size, budget]) => size > budget).map(([name]) => `${name} is over its budget`);
const page = read("index.html").toString();
for (const name of lazy) {
  if (page.includes(manifest[name].file)) faults.push(`${name} is preloaded by the page`);
}
if (scripts.some((file) => read(file).includes(CODE_EDITOR)))
  faults.push("the code editor is loaded at once, not when it is needed");

for (const [name, size, budget] of rows) {
  console.log(`${name.padEnd(40)} ${size.toFixed(1).padStart(7)} kB of ${budget}`);
}
for (const fault of faults) console.error(`BUDGET: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
