import fc from "fast-check";
import { expect, test } from "vitest";
import vectors from "../../../docs/assignment-vectors.json";
import type { Journey } from "./journey.gen";
import { defaultSalt, renameDrawn } from "./salts";
import { sha256 } from "./sha256";

const JOURNEY: Journey = {
  format: 1,
  name: "Draws",
  entry: { type: "api" },
  start: "offer",
  steps: {
    offer: {
      type: "ab_test",
      branches: [
        { id: "a", weight: 50, next: "some" },
        { id: "b", weight: 50 },
      ],
    },
    some: { type: "holdout", percent: 10 },
  },
};
const LIVE = { journeyId: "welcome", live: JOURNEY };

test("a text is hashed as everybody hashes it", async () => {
  const hashed = async (text: string) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const texts = fc.string({ unit: "grapheme", maxLength: 200 });
  await fc.assert(fc.asyncProperty(texts, async (text) => sha256(text) === (await hashed(text))));
});

test("a step without a salt has the one that the engine gives it", () => {
  for (const { journey_id, step_id, salt } of vectors.default_salts)
    expect(defaultSalt(journey_id, step_id)).toBe(salt);
});

test("a live test that gets another id keeps its draws, and looks as before when it is called as before", () => {
  const { journey } = renameDrawn(JOURNEY, "offer", "deal", LIVE);
  expect(journey.steps.deal).toMatchObject({ salt: defaultSalt("welcome", "offer") });
  const again = renameDrawn(journey, "deal", "bargain", LIVE).journey;
  expect(again.steps.bargain).toMatchObject({ salt: defaultSalt("welcome", "offer") });
  expect(renameDrawn(again, "bargain", "offer", LIVE).journey).toEqual(JOURNEY);
  expect(renameDrawn(JOURNEY, "some", "few", LIVE).journey.steps.few).toMatchObject({
    salt: defaultSalt("welcome", "some"),
  });
});

test("where nobody was drawn yet, no salt is written; where that is not known, one is", () => {
  const nobody = { journeyId: "welcome", live: null };
  expect(renameDrawn(JOURNEY, "offer", "deal", nobody).journey.steps.deal).not.toHaveProperty("salt");
  const unknown = { journeyId: "welcome", live: undefined };
  expect(renameDrawn(JOURNEY, "offer", "deal", unknown).journey.steps.deal).toHaveProperty("salt");
});

test("a salt that an author has stated stays", () => {
  const stated: Journey = {
    ...JOURNEY,
    steps: { ...JOURNEY.steps, some: { type: "holdout", percent: 10, salt: "2026" } },
  };
  expect(renameDrawn(stated, "some", "few", LIVE).journey.steps.few).toMatchObject({ salt: "2026" });
});
