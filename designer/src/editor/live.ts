/** How many people are where: counts a card and an edge ask for one by one, so that a poll draws only what changed. Real ones, or a simulation's. */
import { create } from "zustand";
import type { CountsAnswer, StepCounts } from "../api/api.gen";

/** What a card says. */
export interface CardCounts {
  /** Standing here now, whatever keeps them. */
  here: number;
  /** Of those: stopped by a fault until somebody retries or exits them. */
  blocked: number;
  /** Came through since the journey began. */
  passed: number;
  /** Mails that did not go out. */
  failed: number;
}

/** What an edge says. */
export interface WayCounts {
  count: number;
  /** Percent of those who left the step, one decimal at most; null where there is one way only, or nobody left yet. */
  share: number | null;
  /** How wide the line is drawn: 1.5 to 10 px, by the logarithm of the volume. */
  width: number;
}

/** Whom the numbers count: people, or imagined ones. */
export type Source = "people" | "imagined";

interface LiveState {
  source: Source | null;
  cards: ReadonlyMap<string, CardCounts>;
  ways: ReadonlyMap<string, WayCounts>;
  /** Of the journey as a whole: enrolled, finished, exited. */
  journey: Readonly<Record<string, number>>;
  /** Live participants by status. */
  live: Readonly<Record<string, number>>;
  /** The server did not answer the last time it was asked. */
  isStale: boolean;
}

const NONE: LiveState = { source: null, cards: new Map(), ways: new Map(), journey: {}, live: {}, isStale: false };

export const useLive = create<LiveState>()(() => NONE);

/** A step's counts; null where there are none to show. */
export function useCounts(stepId: string): CardCounts | null {
  return useLive((state) => state.cards.get(stepId) ?? null);
}

/** The counts of one way out of a step; a null step is the way in, a null branch the way of a step that has no branches. */
export function useBranchCounts(stepId: string | null, branch: string | null): WayCounts | null {
  return useLive((state) => state.ways.get(wayKey(stepId, branch)) ?? null);
}

/** Decisions that leave a step: the others tell of standing, or of a mail afterwards. */
const LEAVING: readonly string[] = ["queued", "waited", "went_on_at_once", "branched", "assigned"];
const NOT_SENT: readonly string[] = ["failed", "suppressed", "unknown", "expired", "capped"];

/** Show these counts; those that stay the same keep their identity, so that nothing is drawn again for them. */
export function showCounts(answer: CountsAnswer, source: Source = "people"): void {
  useLive.setState((old) => {
    const cards = new Map<string, CardCounts>();
    const ways = new Map<string, WayCounts>();
    const enrolled = answer.journey.enrolled ?? 0;
    if (enrolled > 0) ways.set(wayKey(null, null), { count: enrolled, share: null, width: widthOf(enrolled) });
    for (const [stepId, counts] of Object.entries(answer.steps)) {
      cards.set(stepId, kept(old.cards.get(stepId), cardOf(counts)));
      for (const [branch, way] of waysIn(counts)) ways.set(wayKey(stepId, branch), way);
    }
    for (const [key, way] of ways) ways.set(key, kept(old.ways.get(key), way));
    return { source, cards, ways, journey: answer.journey, live: answer.live, isStale: false };
  });
}

/** Show no counts. */
export function hideCounts(): void {
  useLive.setState(NONE);
}

function cardOf(counts: StepCounts): CardCounts {
  return {
    here: sum(Object.values(counts.here)),
    blocked: counts.here.blocked ?? 0,
    passed: sumOf(counts.total, LEAVING),
    failed: sumOf(counts.total, NOT_SENT),
  };
}

function waysIn(counts: StepCounts): [string | null, WayCounts][] {
  const left = sumOf(counts.total, LEAVING);
  const branches = Object.entries(counts.branches).map(([id, metrics]) => [id, sumOf(metrics, LEAVING)] as const);
  const rest = left - sum(branches.map(([, count]) => count));
  const found: (readonly [string | null, number])[] = [...branches];
  if (rest > 0) found.push([null, rest]);
  return found.map(([id, count]) => [
    id,
    { count, share: branches.length > 0 ? shareOf(count, left) : null, width: widthOf(count) },
  ]);
}

/** Percent with one decimal at most; null of nobody. */
export function shareOf(count: number, whole: number): number | null {
  return whole > 0 ? Math.round((count / whole) * 1000) / 10 : null;
}

/** Ten times the people are two pixels more. */
export function widthOf(count: number): number {
  return count <= 0 ? 1.5 : Math.min(10, 2 + 2 * Math.log10(count));
}

function sumOf(metrics: Readonly<Record<string, number>>, names: readonly string[]): number {
  return sum(names.map((name) => metrics[name] ?? 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((whole, number) => whole + number, 0);
}

function kept<T extends object>(old: T | undefined, fresh: T): T {
  return old !== undefined && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh;
}

function wayKey(stepId: string | null, branch: string | null): string {
  return `${stepId ?? ""}/${branch ?? ""}`;
}
