/** Trying a journey out: who is imagined, what they do and when, and what the server says would happen. Nothing is sent, nobody enters. */
import { create } from "zustand";
import type { ProblemShape } from "../api/api.gen";
import { ApiError, ask } from "../api/client";
import type { Journey } from "../journey/journey.gen";
import { hideCounts, showCounts } from "./live";
import { sayFailure } from "./standing";
import { hideTrace, showTrace, type Trace } from "./trace";

/** Something that happens on the way: an event, or a change of an attribute. */
export interface Happening {
  /** For lists; nothing else. */
  key: number;
  /** ISO duration after the start. */
  after: string;
  event: string;
  attributes: Readonly<Record<string, unknown>>;
}

export interface Script {
  mode: "one" | "many";
  attributes: Readonly<Record<string, unknown>>;
  userAttributes: Readonly<Record<string, unknown>>;
  context: Readonly<Record<string, unknown>>;
  timeZone: string;
  /** An instant; empty for now. */
  start: string;
  happenings: readonly Happening[];
  /** How many are imagined. */
  count: number;
}

export interface Population {
  participants: number;
  steps: Readonly<Record<string, number>>;
  branches: readonly { step: string; branch: string; count: number }[];
  mails_per_day: readonly { day: string; count: number }[];
  refused: Readonly<Record<string, number>>;
  ends: Readonly<Record<string, number>>;
}

interface Trying {
  script: Script;
  population: Population | null;
  failure: string;
  problems: readonly ProblemShape[];
  isBusy: boolean;
}

export const useTrying = create<Trying>()(() => ({
  script: {
    mode: "one",
    attributes: {},
    userAttributes: {},
    context: {},
    timeZone: "",
    start: "",
    happenings: [],
    count: 1_000,
  },
  population: null,
  failure: "",
  problems: [],
  isBusy: false,
}));

/** Change some of the script. */
export function rewrite(part: Partial<Script>): void {
  useTrying.setState(({ script }) => ({ script: { ...script, ...part } }));
}

/** Ask the server what would happen, and show it on the canvas. */
export async function simulate(journeyId: string, journey: Journey, signal: AbortSignal): Promise<void> {
  const { script } = useTrying.getState();
  useTrying.setState({ isBusy: true });
  const path = `/v1/journeys/${encodeURIComponent(journeyId)}/simulate`;
  const request = { method: "POST", body: { document: journey, ...bodyOf(script) }, signal } as const;
  try {
    if (script.mode === "one") {
      const { value } = await ask<Trace>(path, request);
      if (signal.aborted) return;
      useTrying.setState({ failure: "", problems: [], isBusy: false, population: null });
      hideCounts();
      showTrace(value);
    } else {
      const { value } = await ask<Population>(path, request);
      if (signal.aborted) return;
      useTrying.setState({ failure: "", problems: [], isBusy: false, population: value });
      hideTrace();
      showImagined(value);
    }
  } catch (error) {
    if (signal.aborted) return;
    const problems = error instanceof ApiError ? error.problems : [];
    useTrying.setState({ failure: sayFailure(error), problems, isBusy: false, population: null });
    stopShowing();
  }
}

/** Take path and counts off the canvas. */
export function stopShowing(): void {
  hideTrace();
  hideCounts();
}

function bodyOf(script: Script): object {
  const start = script.start === "" ? {} : { start: script.start };
  if (script.mode === "many") return { participants: script.count, ...start };
  return {
    ...start,
    person: {
      attributes: script.attributes,
      user_attributes: script.userAttributes,
      context: script.context,
      ...(script.timeZone === "" ? {} : { time_zone: script.timeZone }),
    },
    happenings: script.happenings.filter(isWhole).map(({ after, event, attributes }) => ({
      after,
      attributes,
      ...(event === "" ? {} : { event }),
    })),
  };
}

function isWhole({ after, event, attributes }: Happening): boolean {
  return after !== "" && (event !== "" || Object.keys(attributes).length > 0);
}

/** The counts of people imagined, as those of real ones are drawn. */
function showImagined(population: Population): void {
  const steps = Object.entries(population.steps).map(([stepId, count]) => {
    const own = population.branches.filter(({ step }) => step === stepId);
    const branches = Object.fromEntries(own.map(({ branch, count: taken }) => [branch, { assigned: taken }]));
    return [stepId, { here: {}, total: { assigned: count }, branches }] as const;
  });
  const journey = { enrolled: population.participants };
  showCounts({ journey, live: {}, steps: Object.fromEntries(steps) }, "imagined");
}
