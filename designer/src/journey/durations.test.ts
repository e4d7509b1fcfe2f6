import fc from "fast-check";
import { expect, test } from "vitest";
import { durationOf, sayDuration, saySeconds, secondsOf, shortSeconds } from "./durations";
import { readDuration } from "./typedDurations";

test.each([
  ["2 days", "P2D"],
  ["2d", "P2D"],
  ["36h", "P1DT12H"],
  ["48 hrs", "P2D"],
  ["one day", "P1D"],
  ["Two weeks", "P2W"],
  ["twelve hours", "PT12H"],
  ["half an hour", "PT30M"],
  ["half a day", "PT12H"],
  ["a half hour", "PT30M"],
  ["an hour and a half", "PT1H30M"],
  ["a day and a half", "P1DT12H"],
  ["one and a half days", "P1DT12H"],
  ["2 and a half hours", "PT2H30M"],
  ["1½ hours", "PT1H30M"],
  ["½ day", "PT12H"],
  ["a couple of days", "P2D"],
  ["a couple weeks", "P2W"],
  ["a fortnight", "P2W"],
  ["1h30", "PT1H30M"],
  ["1h 30", "PT1H30M"],
  ["after 3 days", "P3D"],
  ["for two days and six hours", "P2DT6H"],
  ["1 week 2 days", "P9D"],
  ["a week", "P1W"],
  ["1 day 4 hours", "P1DT4H"],
  ["1 day, 4 hours and 5 min", "P1DT4H5M"],
  ["1h30m", "PT1H30M"],
  ["1.5 hours", "PT1H30M"],
  ["0,5 days", "PT12H"],
  ["90 sec.", "PT1M30S"],
  ["in 2 Weeks", "P2W"],
  ["3 days before", "-P3D"],
  ["-3 days", "-P3D"],
  ["3 days after", "P3D"],
  ["p2d", "P2D"],
  ["-P1W", "-P1W"],
  ["PT90M", "PT90M"],
])("%s is %s", (text, duration) => {
  expect(readDuration(text)).toBe(duration);
});

test.each([
  "",
  "soon",
  "2",
  "2 months",
  "half a month",
  "one",
  "half",
  "1 year",
  "P1M",
  "days",
  "2 days ago",
  "0.3 seconds",
  "200 years",
  "constructor",
  "2 constructor",
])("%s is no duration", (text) => {
  expect(readDuration(text)).toBeNull();
});

test.each([
  ["P2D", "2 days"],
  ["P1W", "1 week"],
  ["P10D", "10 days"],
  ["P14D", "2 weeks"],
  ["PT90M", "1 hour 30 minutes"],
  ["-P3D", "3 days before"],
  ["PT0S", "no time"],
  ["nonsense", "nonsense"],
])("%s is said as %s", (duration, said) => {
  expect(sayDuration(duration)).toBe(said);
});

test("whatever is said can be read again, and takes as long", () => {
  fc.assert(
    fc.property(fc.integer({ min: -36_525 * 86_400, max: 36_525 * 86_400 }), (seconds) => {
      expect(secondsOf(durationOf(seconds))).toBe(seconds);
      if (seconds !== 0) expect(readDuration(saySeconds(seconds))).toBe(durationOf(seconds));
    }),
  );
});

test("few letters say two units at most", () => {
  expect([shortSeconds(0), shortSeconds(259_200), shortSeconds(100_000), shortSeconds(-60)]).toEqual([
    "+0",
    "+3 d",
    "+1 d 3 h",
    "−1 min",
  ]);
});
