/** How the open journey stands on the server: its state, its live version, the people inside, and what the installation has. */
import { useEffect } from "react";
import { create } from "zustand";
import type { InstallationShape, JourneySummary, StateAnswer } from "../api/api.gen";
import { ApiError, get, post } from "../api/client";
import { notify } from "../ui/Notices";
import { repeat } from "./polling";

interface Standing {
  summary: JourneySummary | null;
  /** The same for all journeys: asked once. */
  installation: InstallationShape | null;
}

export const useStanding = create<Standing>()(() => ({ summary: null, installation: null }));

/** Answers may overtake each other: what was asked before something known now is no news. */
let asked = 0;
let known = 0;

async function read(journeyId: string, signal?: AbortSignal): Promise<void> {
  asked += 1;
  const turn = asked;
  const summary = await get<JourneySummary>(`/v1/journeys/${journeyId}`, signal);
  if (turn > known) tell(turn, summary);
}

function tell(turn: number, summary: JourneySummary | null): void {
  known = turn;
  useStanding.setState({ summary });
}

/** Keep knowing how this journey stands. */
export function useFollowed(journeyId: string): void {
  useEffect(() => {
    const stop = repeat(async (signal) => {
      await read(journeyId, signal);
      if (useStanding.getState().installation === null)
        useStanding.setState({ installation: await get<InstallationShape>("/v1/installation", signal) });
    });
    return () => {
      stop();
      useStanding.setState({ summary: null });
    };
  }, [journeyId]);
}

/** Know it anew, after something was done. */
export async function refreshStanding(journeyId: string): Promise<void> {
  await read(journeyId);
}

export type Verb = "pause" | "resume" | "stop";

const DONE: Readonly<Record<Verb, string>> = {
  pause: "Paused. Whoever falls due stays where they are.",
  resume: "Resumed. People go on.",
  stop: "Stopped. Everybody has left.",
};

/** Pause, resume or stop a journey, and say what became of it. */
export async function perform(journeyId: string, verb: Verb): Promise<void> {
  try {
    const answer = await post<StateAnswer>(`/v1/journeys/${journeyId}/${verb}`);
    const { summary } = useStanding.getState();
    tell(asked, summary && { ...summary, state: answer.state });
    notify(
      verb === "pause"
        ? { text: DONE.pause, action: { label: "Resume", perform: () => void perform(journeyId, "resume") } }
        : { text: DONE[verb] },
    );
    await refreshStanding(journeyId);
  } catch (error) {
    notify({ text: sayFailure(error) });
  }
}

/** What went wrong, as a sentence. */
export function sayFailure(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong here; try again.";
}

/** The sum of people inside. */
export function countInside(summary: JourneySummary | null): number {
  return Object.values(summary?.people ?? {}).reduce((whole, count) => whole + count, 0);
}

/** Where Temporal's UI lists a journey's workflows, or shows one; null where there is no UI. */
export function temporalLink(
  installation: InstallationShape | null,
  place: { journeyId: string } | { workflowId: string },
) {
  if (!installation?.temporal) return null;
  const { ui, namespace } = installation.temporal;
  const list = `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  return "workflowId" in place
    ? `${list}/${encodeURIComponent(place.workflowId)}`
    : `${list}?query=${encodeURIComponent(`WorkflowType="${place.journeyId}"`)}`;
}
