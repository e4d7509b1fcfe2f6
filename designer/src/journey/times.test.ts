import { expect, test } from "vitest";
import { fromField, sayAfter, sayDistance, sayInstant, toField } from "./times";

const NOON = "2026-11-21T12:00:00Z";

test("an instant is said in the zone that is asked for", () => {
  expect(sayInstant(NOON, "UTC")).toBe("Sat, 21 Nov 2026, 12:00");
  expect(sayInstant(NOON, "Asia/Tokyo")).toBe("Sat, 21 Nov 2026, 21:00");
  expect(sayInstant("soon")).toBe("soon");
});

test("how long after", () => {
  expect(sayAfter(NOON, NOON)).toBe("at once");
  expect(sayAfter(NOON, "2026-11-21T12:00:02.9Z")).toBe("+2 s");
  expect(sayAfter(NOON, "2026-11-21T13:30:00Z")).toBe("+1 h 30 min");
  expect(sayAfter(NOON, "2026-11-24T12:00:30Z")).toBe("+3 d");
});

test("how far away", () => {
  expect(sayDistance("2026-11-23T12:00:00Z", NOON)).toBe("in 2 days");
  expect(sayDistance("2026-11-21T11:57:00Z", NOON)).toBe("3 minutes ago");
  expect(sayDistance(NOON, NOON)).toBe("just now");
});

test("a field for dates gives back what it shows", () => {
  const at = new Date("2026-11-21T12:34:00Z");
  expect(fromField(toField(at))).toBe(at.toISOString());
  expect(fromField("")).toBeNull();
});
