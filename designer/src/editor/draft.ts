/** A draft on the server: read, written, dropped. Knows HTTP, no store. */
import type { DraftShape } from "../api/api.gen";
import { ApiError, ask } from "../api/client";

/** What a text is based on: the mark of the draft it was made from, or null where there was none. */
export interface Basis {
  etag: string | null;
  /** The version that the draft began from, where this is known to be new. */
  version?: number | null;
}

/** The address of a journey's draft in the API. */
export function draftPath(journeyId: string): string {
  return `/v1/journeys/${encodeURIComponent(journeyId)}/draft`;
}

/** The draft as it is; null where there is none. Throws ApiError. */
export async function readDraft(journeyId: string, signal?: AbortSignal): Promise<DraftShape | null> {
  try {
    const answer = await ask<DraftShape>(draftPath(journeyId), signal ? { signal } : {});
    return answer.value;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The draft if it is another than this one; undefined while nothing has changed, null where it is gone. Throws ApiError. */
export async function readIfChanged(
  journeyId: string,
  etag: string | null,
  signal: AbortSignal,
): Promise<DraftShape | null | undefined> {
  if (etag === null) return undefined;
  try {
    const headers = { "If-None-Match": quoted(etag) };
    const answer = await ask<DraftShape>(draftPath(journeyId), { headers, signal });
    return answer.status === 304 || answer.value.etag === etag ? undefined : answer.value;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Save a text, unless the draft is not the one that it is based on. Throws ApiError; 412 is a clash. */
export async function writeDraft(
  journeyId: string,
  text: string,
  basis: Basis,
  options: { keepalive?: boolean } = {},
): Promise<DraftShape> {
  const query = basis.version ? `?base_version=${basis.version}` : "";
  const headers: Record<string, string> =
    basis.etag === null ? { "If-None-Match": "*" } : { "If-Match": quoted(basis.etag) };
  const asked = { method: "PUT", text, headers, ...options } as const;
  return (await ask<DraftShape>(`${draftPath(journeyId)}${query}`, asked)).value;
}

/** Drop a draft; versions and people stay. Throws ApiError. */
export async function dropDraft(journeyId: string): Promise<void> {
  await ask(draftPath(journeyId), { method: "DELETE" });
}

function quoted(etag: string): string {
  return `"${etag}"`;
}
