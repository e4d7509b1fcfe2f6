/** What is known of people's attributes: asked of the server once in a while, shared by all fields. */
import { useEffect } from "react";
import { create } from "zustand";
import type { AttributeShape, AttributesAnswer } from "../../api/api.gen";
import { get } from "../../api/client";
import type { ValueType } from "./edits";

/** Attributes change slowly; a minute old is fresh. */
const FRESH_MILLISECONDS = 60_000;

const NOTHING: AttributesAnswer = { sampled: 0, endpoint: [], user: [], context: [], events: [] };

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

/** One value that people have, and how many of the sample have it. */
export type KnownValue = AttributeShape["values"][number];

/** Whose attribute a condition asks. */
export type Subject = "attribute" | "user_attribute" | "context" | "event_attribute";

/** The attributes that somebody has, of what a condition asks. An event's own are told of all events together. */
export function attributesOf(known: AttributesAnswer, subject: Subject): readonly AttributeShape[] {
  switch (subject) {
    case "attribute":
      return known.endpoint;
    case "user_attribute":
      return known.user;
    case "context":
      return known.context;
    case "event_attribute":
      return known.events.flatMap(({ attributes }) => attributes);
  }
}

/** The type of an attribute's values; null where nothing is known, or they differ. */
export function typeOf(attribute: AttributeShape | undefined): ValueType | null {
  switch (attribute?.type) {
    case "text":
    case "number":
    case "boolean":
    case "date":
      return attribute.type;
    default:
      return null;
  }
}
