/** What is known of people's attributes: asked of the server once in a while, shared by all fields. */
import { useEffect } from "react";
import { create } from "zustand";
import type { AttributeShape, AttributesAnswer } from "../../api/api.gen";
import { get } from "../../api/client";

/** Attributes change slowly; a minute old is fresh. */
const FRESH_MILLISECONDS = 60_000;

const NOTHING: AttributesAnswer = { sampled: 0, endpoint: [], user: [] };

const useAnswer = create<{ answer: AttributesAnswer }>()(() => ({ answer: NOTHING }));
let askedAt = Number.NEGATIVE_INFINITY;

async function renew(): Promise<void> {
  if (performance.now() - askedAt < FRESH_MILLISECONDS) return;
  askedAt = performance.now();
  try {
    useAnswer.setState({ answer: await get<AttributesAnswer>("/v1/attributes") });
  } catch {
    // Suggestions are a help, not a need: fields work without them.
    askedAt = Number.NEGATIVE_INFINITY;
  }
}

/** What is known by now; asking is begun when a field first needs it. */
export function useKnown(): AttributesAnswer {
  useEffect(() => {
    void renew();
  }, []);
  return useAnswer(({ answer }) => answer);
}

/** Whose attribute a condition asks. */
export type Subject = "attribute" | "user_attribute" | "context" | "event_attribute";

/** The attributes that somebody has, of what a condition asks. */
export function attributesOf(known: AttributesAnswer, subject: Subject): readonly AttributeShape[] {
  return subject === "attribute" ? known.endpoint : subject === "user_attribute" ? known.user : [];
}
