/** The path of one simulated person, and how far the author looks along it: cards and edges ask whether they are lit. */
import { create } from "zustand";

/** What happened at a step. */
export interface TraceDecision {
  /** Null for a decision of the journey as a whole. */
  step: string | null;
  outcome: string;
  branch: string | null;
  grounds: Readonly<Record<string, unknown>>;
}

export interface TraceMail {
  step: string;
  template: string;
  version: number;
  state: string;
  reason: string | null;
}

/** What happened at one instant. */
export interface TraceStage {
  /** UTC. */
  at: string;
  /** The same on the person's clock. */
  local: string;
  decisions: readonly TraceDecision[];
  mails: readonly TraceMail[];
}

/** Where the path ended. */
export interface TraceEnd {
  status: "waiting" | "finished" | "exited";
  step?: string;
  due_at?: string;
  reason?: string;
}

export interface Trace {
  stages: readonly TraceStage[];
  ended: TraceEnd;
}

interface TraceState {
  trace: Trace | null;
  /** How many stages have come to pass where the scrubber stands. */
  shown: number;
  /** Lit now, by step id. */
  steps: ReadonlyMap<string, "passed" | "here">;
  /** Lit ways, as `step/branch`. */
  ways: ReadonlySet<string>;
}

const NONE: TraceState = { trace: null, shown: 0, steps: new Map(), ways: new Set() };

export const useTraceState = create<TraceState>()(() => NONE);

/** Whether the path has come through a step, or stands there now; null where it has not come. */
export function useTrace(stepId: string): "passed" | "here" | null {
  return useTraceState((state) => state.steps.get(stepId) ?? null);
}

/** Whether the path went this way; a null step is the way in, a null branch the way of a step that has no branches. */
export function useTraceWay(stepId: string | null, branch: string | null): boolean {
  return useTraceState((state) => state.ways.has(`${stepId ?? ""}/${branch ?? ""}`));
}

/** Whether any path is shown: what is not on it steps back. */
export function useIsTracing(): boolean {
  return useTraceState((state) => state.trace !== null);
}

/** Show a path as far as its first `shown` stages, or whole. */
export function showTrace(trace: Trace, shown = trace.stages.length): void {
  useTraceState.setState({ trace, shown, ...lit(trace, shown) });
}

export function hideTrace(): void {
  useTraceState.setState(NONE);
}

/** Outcomes after which somebody stands where they are. */
const STANDING: readonly string[] = ["began_waiting", "kept_waiting"];

function lit(trace: Trace, shown: number): Pick<TraceState, "steps" | "ways"> {
  const steps = new Map<string, "passed" | "here">();
  const ways = new Set<string>();
  const decisions = trace.stages.slice(0, shown).flatMap((stage) => stage.decisions);
  for (const { step, outcome, branch } of decisions) {
    if (step === null) continue;
    ways.add("/");
    steps.set(step, "passed");
    if (!STANDING.includes(outcome)) ways.add(`${step}/${branch ?? ""}`);
  }
  // Whoever has finished or left stands nowhere.
  const last = decisions.at(-1);
  if (last?.step && STANDING.includes(last.outcome)) steps.set(last.step, "here");
  return { steps, ways };
}
