import { expect, test } from "vitest";
import { COLOURS } from "../journey/colours";
import type { Journey } from "../journey/journey.gen";
import { readJourney } from "../journey/shape";
import tokens from "../styles/tokens.css?raw";
import { pictureOf } from "./picture";

const SOURCES = import.meta.glob<string>("../../../journeys/*.json", { query: "?raw", import: "default", eager: true });

function example(id: string): Journey {
  const journey = readJourney(SOURCES[`../../../journeys/${id}.json`] ?? "");
  if (journey === null) throw new Error(id);
  return journey;
}

test.each(["welcome", "abandoned-basket", "trial-ending", "win-back"])("the picture of %s is as before", async (id) => {
  await expect(pictureOf(example(id), { scheme: "both" })).toMatchFileSnapshot(`pictures/${id}.svg`);
  await expect(pictureOf(example(id), { scheme: "both", isSmall: true })).toMatchFileSnapshot(
    `pictures/${id}.small.svg`,
  );
});

test("each scheme has its colours, and needs no style", () => {
  const light = pictureOf(example("welcome"), { scheme: "light" });
  const dark = pictureOf(example("welcome"), { scheme: "dark" });

  expect(light).toContain('fill="#ffffff"');
  expect(dark).toContain('fill="#1b1e24"');
  expect(light + dark).not.toContain("<style>");
});

test("names cannot break the picture", () => {
  const journey: Journey = {
    format: 1,
    name: "</title><script>alert(1)</script>",
    entry: { type: "event", event: "a&b" },
    start: "a",
    steps: { a: { type: "email", name: '<b>"\u0001\ud800😀', template: "x" } },
  };

  const svg = pictureOf(journey, { scheme: "light" });

  expect(svg).not.toContain("<script");
  expect(svg).toContain("On a&amp;b");
  expect(svg).toContain("&lt;b>&quot;😀");
});

test("the colours are those of the page", () => {
  for (const [name, [light, dark]] of Object.entries(COLOURS))
    expect(tokens).toContain(`--${name}: light-dark(${light}, ${dark});`);
});
