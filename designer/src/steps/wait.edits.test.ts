import { expect, test } from "vitest";
import type { Wait } from "../journey/journey.gen";
import {
  distanceOf,
  formOf,
  joinInstant,
  sideOf,
  splitInstant,
  type WaitForm,
  withForm,
  withOffset,
  withWeekday,
} from "./wait.edits";

const NOW = new Date("2026-11-21T12:00:00Z");
const FORMS: readonly WaitForm[] = ["for", "until", "until_attribute", "until_local"];

test("a wait changes its form and keeps the rest", () => {
  const step: Wait = { type: "wait", name: "Settle", note: "why", for: "P2D", next: "plan" };
  for (const form of FORMS) {
    const changed = withForm(step, form, NOW);
    expect(formOf(changed)).toBe(form);
    expect(changed).toMatchObject({ type: "wait", name: "Settle", note: "why", next: "plan" });
    expect(FORMS.filter((name) => changed[name] !== undefined)).toEqual([form]);
  }
  expect(withForm(step, "for", NOW)).toBe(step);
});

test("a date has a side and a distance", () => {
  const until = { name: "trial_ends_on", missing: {} };
  expect(sideOf(until)).toBe("on");
  const before = withOffset(until, "before", "P3D");
  expect(before.offset).toBe("-P3D");
  expect([sideOf(before), distanceOf(before)]).toEqual(["before", "P3D"]);
  expect(withOffset(before, "after", "P3D").offset).toBe("P3D");
  expect(withOffset(before, "on", "P3D")).toEqual(until);
});

test("weekdays stand in the order of the week, and none means any", () => {
  const friday = withWeekday({ time: "09:00" }, "friday", true);
  expect(withWeekday(friday, "monday", true).weekdays).toEqual(["monday", "friday"]);
  expect(withWeekday(friday, "friday", false)).toEqual({ time: "09:00" });
});

test("an instant keeps its offset", () => {
  expect(splitInstant("2026-12-01T09:00:00+02:00")).toEqual({ wall: "2026-12-01T09:00", offset: "+02:00" });
  expect(joinInstant("2026-12-01T09:00", "+00:00")).toBe("2026-12-01T09:00:00Z");
  expect(splitInstant("tomorrow")).toBeNull();
});
