/** The house rules that no linter knows: sizes, words, and who may know what. */
import { describe, expect, test } from "vitest";

const SOURCES = Object.entries(
  import.meta.glob<string>("./**/*.{ts,tsx,css}", { query: "?raw", import: "default", eager: true }),
).filter(([file]) => !file.includes(".gen."));
const CODE = SOURCES.filter(([file]) => !file.endsWith(".css"));

/** The words of comments and texts are free. */
function bare(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").replace(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
}

function found(files: readonly (readonly [string, string])[], pattern: RegExp): string[] {
  return files.flatMap(([file, source]) =>
    [...bare(source).matchAll(pattern)].map(([match]) => `${file}: ${match.trim()}`),
  );
}

test("files stay under 300 lines", () => {
  expect(SOURCES.filter(([, source]) => source.split("\n").length > 300).map(([file]) => file)).toEqual([]);
});

test("every module says in its first line what it knows, or beside what it exports", () => {
  const tested = CODE.filter(([file]) => !file.endsWith(".test.ts"));
  expect(
    tested.filter(([, source]) => !/^(?:\/\*\*|\/\/) |^\/\*\* .*\nexport /m.test(source)).map(([file]) => file),
  ).toEqual([]);
});

test("nothing is asserted to be of a type it may not be of", () => {
  expect(found(CODE, /(?<!\* )\bas (?:unknown|string|number|boolean|never|any|keyof|typeof|\{|[A-Z])\w*/g)).toEqual([]);
  expect(found(CODE, /: any\b|<any>/g)).toEqual([]);
});

test("words that mean nothing are not used", () => {
  const banned =
    /\b(?:const|let|function|interface|type|class)\s+\w*(?:[Ii]tem|[Mm]anager|[Hh]andler|[Hh]elper|[Uu]til|[Cc]ustomer|[Cc]ontact)s?\b/g;
  expect(found(CODE, banned)).toEqual([]);
});

describe("who may know what", () => {
  const importsOf = (folder: string) =>
    CODE.filter(([file]) => file.startsWith(`./${folder}/`) && !file.includes(".test")).flatMap(([file, source]) =>
      [...source.matchAll(/^(?:import|export)(?! type)[^;]*? from "([^"]+)"/gm)].map(
        ([, from = ""]) => `${file} ${from}`,
      ),
    );

  test("the journey's modules are pure", () => {
    const isOwn = (line: string) =>
      / \.{1,2}\/(?!.*(?:editor|canvas|panels|pages|ui|steps|api)\/)/.test(line) || /journey\.schema\.json$/.test(line);
    // Types only, from elsewhere.
    expect(importsOf("journey").filter((line) => !isOwn(line) && !/ fast-check$| vitest$/.test(line))).toEqual([]);
  });

  test("React Flow stays in the canvas", () => {
    const others = ["api", "editor", "journey", "pages", "panels", "people", "steps", "ui"].flatMap(importsOf);
    expect(others.filter((line) => line.includes("@xyflow"))).toEqual([]);
  });

  test("colours are named in one place", () => {
    const isPlain = (file: string) => !file.endsWith("tokens.css") && file.endsWith(".css");
    expect(
      found(
        SOURCES.filter(([file]) => isPlain(file)),
        /#[0-9a-f]{3,8}\b/gi,
      ),
    ).toEqual([]);
  });

  test("what differs by step kind is in the kind's own file", () => {
    const others = CODE.filter(([file]) => !/^\.\/(steps|panels\/(wait|branches|email))\/|\.test/.test(file));
    expect(found(others, /switch \([^)]*\b(?:kind|step\.type)\)/g)).toEqual([]);
  });
});
