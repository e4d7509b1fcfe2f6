/** What publishing would do, read from the server, and doing it. */
import type { CheckAnswer, CountsAnswer, ProblemShape, PublishAnswer, PublishInput } from "../api/api.gen";
import { ApiError, ask, get, post } from "../api/client";
import type { Difference } from "../journey/diff";
import type { Journey } from "../journey/journey.gen";
import { saveNow } from "./saving";
import { refreshStanding } from "./standing";
import { readVersion } from "./versions";

/** Everything the author should have seen before, beside what has changed. */
export interface Outlook {
  /** The live version's document; null where nothing is live, or it cannot be drawn. */
  before: Journey | null;
  problems: readonly ProblemShape[];
  counts: CountsAnswer | null;
}

/** What is on the server is published: it has to be what the author sees. */
async function saveFirst(): Promise<void> {
  if (!(await saveNow())) throw new ApiError(0, "unsaved", "The draft is not saved yet; the bar above says why.");
}

/** Save what is open, and ask what publishing it would do. */
export async function readOutlook(id: string, liveVersion: number | null, signal: AbortSignal): Promise<Outlook> {
  await saveFirst();
  const checked = await ask<CheckAnswer>(`/v1/journeys/${id}/check`, { method: "POST", signal });
  const { problems } = checked.value;
  if (liveVersion === null) return { before: null, problems, counts: null };
  const counts = await get<CountsAnswer>(`/v1/journeys/${id}/counts`, signal);
  return { before: await readVersion(id, liveVersion), problems, counts };
}

/** People inside at steps that are there no more, by step id. */
export function strandedBy(changes: readonly Difference[], counts: CountsAnswer | null): [string, number][] {
  return changes.flatMap(({ kind, stepId }) => {
    const count = kind === "removed" && stepId !== null ? sum(counts?.steps[stepId]?.here ?? {}) : 0;
    return stepId !== null && count > 0 ? [[stepId, count]] : [];
  });
}

/** Publish the draft; `base` is the version that the author has seen, where it is not the one the draft began from. */
export async function publish(id: string, people: "finish" | "exit", base: number | null): Promise<PublishAnswer> {
  await saveFirst();
  const body: PublishInput = { people, ...(base === null ? {} : { base_version: base }) };
  const answer = await post<PublishAnswer>(`/v1/journeys/${id}/publish`, body);
  await refreshStanding(id);
  return answer;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((whole, count) => whole + count, 0);
}
