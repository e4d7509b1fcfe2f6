/** The way to the REST API: the session's cookie, one error shape, ETags. The key never comes here. */
import type { ErrorShape, ProblemShape } from "./api.gen";

/** An answer that is not what was asked for. `status` is 0 when there was no answer at all: offline. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly ProblemShape[];

  constructor(status: number, code: string, detail: string, problems: readonly ProblemShape[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.problems = problems;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

export interface Asked {
  method?: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, as JSON text. */
  text?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Sent to the end even if the page goes meanwhile; 64 kB at most. */
  keepalive?: boolean;
}

/** What an answer brought; `value` is undefined for 204 and 304. */
export interface Answer<T> {
  status: number;
  etag: string | null;
  value: T;
}

/** Ask, and get the whole answer. `T` is what the API promises there (`api.gen.ts`). Throws ApiError. */
export async function ask<T>(path: string, asked: Asked = {}): Promise<Answer<T>> {
  const response = await reach(path, asked);
  const isEmpty = response.status === 204 || response.status === 304;
  if (!response.ok && response.status !== 304) throw await refused(response);
  return {
    status: response.status,
    etag: response.headers.get("ETag"),
    value: isEmpty ? undefined : await response.json(),
  };
}

/** Ask for a value: `await get<JourneyPage>("/v1/journeys")`. Throws ApiError. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask<T>(path, signal ? { signal } : {})).value;
}

/** Send a value, and get the answer's. Every call has an idempotency key of its own. Throws ApiError. */
export async function post<T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  const headers = { "Idempotency-Key": newKey() };
  return (await ask<T>(path, { method: "POST", body, headers, ...(signal ? { signal } : {}) })).value;
}

async function reach(path: string, asked: Asked): Promise<Response> {
  const body = asked.text ?? (asked.body === undefined ? null : JSON.stringify(asked.body));
  const headers = { ...(body === null ? {} : { "Content-Type": "application/json" }), ...asked.headers };
  try {
    return await fetch(path, {
      method: asked.method ?? "GET",
      body,
      headers,
      signal: asked.signal ?? null,
      keepalive: asked.keepalive ?? false,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "The server does not answer.");
  }
}

async function refused(response: Response): Promise<ApiError> {
  try {
    const shape: ErrorShape = await response.json();
    return new ApiError(response.status, shape.error, shape.detail, shape.problems ?? []);
  } catch {
    return new ApiError(response.status, "unreadable", `The server answered ${response.status}.`);
  }
}

/** `crypto.randomUUID` is missing where the page came over plain http from another machine. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
