import { describe, expect, test } from "vitest";
import { meaningOf } from "../ui/fields/PairsField";
import { readFragment } from "./fragments";
import { lostNumber, readNumber } from "./numbers";
import { readPlaces } from "./places";
import { readJourney } from "./shape";

const LOST = ["9007199254740993", "-12345678901234567890", "1e400", "9007199254740993.0", "1e17"];
const KEPT = ["9007199254740991", "-9007199254740991", "0.1", "1e30", "33.33", "0", "-0", "123456789012345"];

function journey(value: string): string {
  const when = `{"type": "attribute", "name": "id", "op": "is", "value": ${value}}`;
  const split = `{"type": "split", "branches": [{"id": "a", "when": ${when}}]}`;
  return `{"format": 1, "name": "x", "entry": {"type": "api"}, "start": "s", "steps": {"s": ${split}}}`;
}

describe.each(LOST)("%s, which no number of this page is", (number) => {
  const text = journey(number);

  test("is not drawn, and marked where it stands", () => {
    expect(readJourney(text)).toBeNull();
    const { fault } = readPlaces(text);
    expect(fault?.message).toContain("in quotes");
    expect(text.slice(fault?.from, fault?.to)).toBe(number);
  });

  test("is neither pasted nor typed as a number", () => {
    expect(readFragment(text)).toEqual({ reason: expect.stringContaining(number) });
    expect(readNumber(number)).toBeNull();
    expect(meaningOf(number)).toBe(number);
  });
});

test.each(KEPT)("%s is kept", (number) => {
  expect(lostNumber(`[${number}]`)).toBeNull();
  expect(readJourney(journey(number))).not.toBeNull();
  expect(readPlaces(journey(number)).fault).toBeNull();
});

test("a text may say any number", () => {
  expect(lostNumber('{"a": "12345678901234567890", "b\\"12345678901234567890": 1}')).toBeNull();
});
