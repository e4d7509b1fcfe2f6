/** What publishing would do, read from the server, and doing it. */
import type {
  ChangeShape,
  CheckAnswer,
  CountsAnswer,
  DiffAnswer,
  ProblemShape,
  PublishAnswer,
  PublishInput,
  VersionShape,
} from "../api/api.gen";
import { ApiError, ask, get, post } from "../api/client";
import type { Journey } from "../journey/journey.gen";
import { isJourney } from "../journey/shape";
import { saveNow } from "./saving";
import { refreshStanding } from "./standing";

/** Everything the author should have seen before. */
export interface Outlook {
  /** Since the live version; null for the first one. */
  changes: readonly ChangeShape[] | null;
  problems: readonly ProblemShape[];
  /** The live version's document: it has the names of what is gone. */
  before: Journey | null;
  /** People inside at steps that are there no more, by step id. */
  stranded: Readonly<Record<string, number>>;
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
  if (liveVersion === null) return { changes: null, problems, before: null, stranded: {} };
  const changes = await readChanges(`/v1/journeys/${id}/diff?from=${liveVersion}`, signal);
  const live = await get<VersionShape>(`/v1/journeys/${id}/versions/${liveVersion}`, signal);
  const before: unknown = live.document;
  const gone = changes.filter(({ kind, pointer, step_id }) => kind === "removed" && pointer === `/steps/${step_id}`);
  const counts = gone.length > 0 ? await get<CountsAnswer>(`/v1/journeys/${id}/counts`, signal) : null;
  const stranded = Object.fromEntries(
    gone
      .map(({ step_id }) => step_id ?? "")
      .map((stepId) => [stepId, sum(counts?.steps[stepId]?.here ?? {})] as const)
      .filter(([, count]) => count > 0),
  );
  return { changes, problems, before: isJourney(before) ? before : null, stranded };
}

/** A document whose shape is wrong has no differences to tell; its problems say why. */
async function readChanges(path: string, signal: AbortSignal): Promise<readonly ChangeShape[]> {
  try {
    return (await get<DiffAnswer>(path, signal)).changes;
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) return [];
    throw error;
  }
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
