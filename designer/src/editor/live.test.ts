import { beforeEach, expect, test } from "vitest";
import type { CountsAnswer } from "../api/api.gen";
import { hideCounts, showCounts, useLive, widthOf } from "./live";

const COUNTS: CountsAnswer = {
  journey: { enrolled: 100 },
  live: { waiting: 20 },
  steps: {
    nap: {
      here: { waiting: 18, blocked: 2 },
      total: { began_waiting: 100, waited: 60, branched: 20 },
      branches: { missing: { branched: 20 } },
    },
    out: {
      here: {},
      total: { assigned: 60 },
      branches: { held_out: { assigned: 6 }, travels: { assigned: 54 } },
    },
    mail: { here: {}, total: { queued: 54, accepted: 50, failed: 4 }, branches: {} },
  },
};

const way = (key: string) => useLive.getState().ways.get(key);

beforeEach(hideCounts);

test("a card counts who stands there, who came through, and what was not sent", () => {
  showCounts(COUNTS);
  expect(useLive.getState().cards.get("nap")).toEqual({ here: 20, blocked: 2, passed: 80, failed: 0 });
  expect(useLive.getState().cards.get("mail")).toEqual({ here: 0, blocked: 0, passed: 54, failed: 4 });
});

test("ways count who took them, with their share of those who left", () => {
  showCounts(COUNTS);
  expect(way("/")).toMatchObject({ count: 100, share: null });
  expect(way("nap/missing")).toMatchObject({ count: 20, share: 25 });
  expect(way("nap/")).toMatchObject({ count: 60, share: 75 });
  expect(way("out/travels")).toMatchObject({ count: 54, share: 90 });
  expect(way("mail/")).toMatchObject({ count: 54, share: null });
});

test("what stays the same keeps its identity, so that nothing is drawn again for it", () => {
  showCounts(COUNTS);
  const before = useLive.getState();
  showCounts({ ...structuredClone(COUNTS), journey: { enrolled: 101 } });
  const after = useLive.getState();
  expect(after.cards.get("nap")).toBe(before.cards.get("nap"));
  expect(after.ways.get("nap/missing")).toBe(before.ways.get("nap/missing"));
  expect(after.ways.get("/")).not.toBe(before.ways.get("/"));
});

test("ten times the people are two pixels more, within bounds", () => {
  expect(widthOf(0)).toBe(1.5);
  expect(widthOf(100) - widthOf(10)).toBeCloseTo(2);
  expect(widthOf(1e9)).toBe(10);
});
