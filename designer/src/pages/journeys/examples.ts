/** The journeys that come with Wend, to begin from. The build puts their files into the page. */

import type { Journey } from "../../journey/journey.gen";
import { readJourney } from "../../journey/shape";

export interface Example {
  id: string;
  /** The file's text. */
  source: string;
  journey: Journey;
}

/** Loaded when first shown. Files that a checkout has lost are simply not offered. */
const FILES = import.meta.glob<string>(
  [
    "../../../../journeys/welcome.json",
    "../../../../journeys/trial-ending.json",
    "../../../../journeys/abandoned-basket.json",
    "../../../../journeys/win-back.json",
  ],
  { query: "?raw", import: "default" },
);

/** What they are good for, in the order in which they are offered. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  welcome: "Greet people who sign up, and follow what they do next.",
  "trial-ending": "Remind people before their trial ends, on their own clock.",
  "abandoned-basket": "Bring people back to the basket they left.",
  "win-back": "Write to people who have been away, and measure whether it works.",
};

let loading: Promise<readonly Example[]> | null = null;

/** Every example that is there. */
export function loadExamples(): Promise<readonly Example[]> {
  loading ??= Promise.all(Object.keys(EXAMPLES).map(load)).then((found) => found.filter((one) => one !== null));
  return loading;
}

async function load(id: string): Promise<Example | null> {
  const source = await FILES[`../../../../journeys/${id}.json`]?.();
  const journey = source === undefined ? null : readJourney(source);
  return source === undefined || journey === null ? null : { id, source, journey };
}
