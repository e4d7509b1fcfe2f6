/** What is wrong with the open journey: the server's checks a moment after each edit. Knows no panel. */
import { create } from "zustand";
import type { CheckAnswer, ProblemShape } from "../api/api.gen";
import { ask } from "../api/client";
import type { Journey } from "../journey/journey.gen";
import { useEditor } from "./store";
import { useText } from "./text";

/** How long the author pauses before the server is asked, in milliseconds. */
const PAUSE = 250;
/** What is found without the server; it comes when something is open. */
let instant: Pick<typeof import("../journey/problems"), "carriedOver"> | null = null;
const NONE: readonly ProblemShape[] = [];

interface CheckingState {
  /** In the order of the document; errors before warnings is the panel's matter. */
  problems: readonly ProblemShape[];
  byStep: ReadonlyMap<string, readonly ProblemShape[]>;
  byPointer: ReadonlyMap<string, readonly ProblemShape[]>;
  /** The problem that F8 went to last, by its place in `problems`. */
  current: number | null;
  /** The server has not yet seen the last edit. */
  isStale: boolean;
}

export const useChecking = create<CheckingState>()(() => ({ ...sorted(NONE), current: null, isStale: false }));

/** Everything that is wrong. */
export function useProblems(): readonly ProblemShape[] {
  return useChecking((state) => state.problems);
}

/** Whether the journey has no steps yet, and nothing else is wrong: no reason to shout at its author, though it cannot be published. */
export function useIsBlank(): boolean {
  const problems = useProblems();
  const isEmpty = useEditor(({ history }) => history !== null && isNothing(history.present.journey.steps));
  return isEmpty && problems.length === 1 && problems[0]?.pointer === "/steps";
}

function isNothing(steps: object): boolean {
  for (const _ in steps) return false;
  return true;
}

/** What is wrong with one step, its branches included. */
export function useProblemsOf(stepId: string): readonly ProblemShape[] {
  return useChecking((state) => state.byStep.get(stepId) ?? NONE);
}

/** What is wrong with exactly this place of the document. */
export function useProblemsAt(pointer: string): readonly ProblemShape[] {
  return useChecking((state) => state.byPointer.get(pointer) ?? NONE);
}

/** Say what is wrong: what a draft's answer brought, or a text that is no journey yet. */
export function setProblems(problems: readonly ProblemShape[], isStale = false): void {
  useChecking.setState((state) => ({ ...sorted(problems), current: samePlace(state, problems), isStale }));
}

/** Check the open journey now and after every edit, until the answer is called. */
export function beginChecking(journeyId: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | null = null;
  import("../journey/problems").then(
    (found) => {
      instant = found;
    },
    () => {},
  );

  const check = async (document: { body: Journey } | { text: string }) => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const path = `/v1/journeys/${encodeURIComponent(journeyId)}/check`;
      const answer = await ask<CheckAnswer>(path, { method: "POST", ...document, signal });
      if (!signal.aborted) setProblems(answer.value.problems);
    } catch {
      // The last answer stays; saving says that the server is away, and the next edit asks again.
    }
  };

  const checkSoon = (document: { body: Journey } | { text: string }) => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(document), PAUSE);
  };

  const stop = useEditor.subscribe((state, before) => {
    const journey = state.history?.present.journey;
    if (journey === undefined || journey === before.history?.present.journey || state.isReadOnly) return;
    const { problems } = useChecking.getState();
    setProblems(instant?.carriedOver(before.history?.present.journey, journey, problems) ?? problems, true);
    checkSoon({ body: journey });
  });
  const stopText = useText.subscribe(({ raw }) => {
    const journey = useEditor.getState().history?.present.journey;
    if (raw !== null) checkSoon({ text: raw });
    else if (journey !== undefined) checkSoon({ body: journey });
  });
  return () => {
    stop();
    stopText();
    clearTimeout(timer);
    asking?.abort();
    useChecking.setState({ ...sorted(NONE), current: null, isStale: false });
  };
}

function sorted(problems: readonly ProblemShape[]): Pick<CheckingState, "problems" | "byStep" | "byPointer"> {
  return {
    problems,
    byStep: grouped(problems, (problem) => problem.step_id),
    byPointer: grouped(problems, (problem) => problem.pointer),
  };
}

function grouped(
  problems: readonly ProblemShape[],
  by: (problem: ProblemShape) => string | null,
): ReadonlyMap<string, readonly ProblemShape[]> {
  const groups = new Map<string, ProblemShape[]>();
  for (const problem of problems) {
    const key = by(problem);
    if (key === null) continue;
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return groups;
}

/** Where the problem that the author is at stands among these. */
function samePlace(state: CheckingState, problems: readonly ProblemShape[]): number | null {
  const at = state.current === null ? undefined : state.problems[state.current];
  if (at === undefined) return null;
  const index = problems.findIndex(({ code, pointer }) => code === at.code && pointer === at.pointer);
  return index === -1 ? null : index;
}

/** Go to the next problem, or the one before: its step or way is selected, and its field can be focused by `useWanted`. */
export function nextProblem(direction: 1 | -1): ProblemShape | null {
  const { problems, current } = useChecking.getState();
  if (problems.length === 0) return null;
  const from = current ?? (direction === 1 ? -1 : problems.length);
  return goToProblem((from + direction + problems.length) % problems.length);
}

/** Go to a problem by its place in the list. */
export function goToProblem(index: number): ProblemShape | null {
  const problem = useChecking.getState().problems[index];
  if (problem === undefined) return null;
  useChecking.setState({ current: index });
  const isThere = problem.step_id !== null && useEditor.getState().history?.present.journey.steps[problem.step_id];
  useEditor.getState().select({ steps: isThere && problem.step_id !== null ? [problem.step_id] : [], way: null });
  return problem;
}

/** The pointer of the problem that the author went to: the field of this place takes the focus. */
export function useWanted(): string | null {
  return useChecking((state) => (state.current === null ? null : (state.problems[state.current]?.pointer ?? null)));
}
