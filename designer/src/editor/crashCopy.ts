/** A copy of what is being edited, in the browser: a crash, a reload or a day offline loses neither the work nor its history. */
import type { Journey } from "../journey/journey.gen";
import { isJourney } from "../journey/shape";
import { isObject } from "../journey/values";
import type { History } from "./history";
import type { Edited } from "./store";

/** Copies of another shape are not read. */
const SHAPE = 1;
const DATABASE = "wend";
const STORE = "drafts";
/** How many edits a copy can take back. Each state lists all its steps: large journeys keep fewer, so that nobody feels the copying. */
const DEPTH = { least: 10, most: 100, steps: 20_000 };

export interface CrashCopy {
  journeyId: string;
  /** The draft it was made from, as it was on the server. */
  etag: string | null;
  base: string;
  /** A text that is no journey yet; it counts, then. */
  raw: string | null;
  history: History<Edited> | null;
  /** The server has all of it. */
  isSaved: boolean;
}

/** Keep a copy; only the newest one of a journey is kept. Browsers that keep nothing are no error. */
export async function keepCopy(copy: CrashCopy): Promise<void> {
  const history = copy.history && shortened(copy.history);
  await inStore("readwrite", (store) => store.put({ ...copy, history, shape: SHAPE }, copy.journeyId));
}

function shortened({ past, present, future }: History<Edited>): History<Edited> {
  const steps = Object.keys(present.journey.steps).length + 1;
  const depth = Math.max(DEPTH.least, Math.min(DEPTH.most, Math.floor(DEPTH.steps / steps)));
  return { past: past.slice(-depth), present, future: future.slice(0, depth) };
}

/** The copy of a journey, or null. */
export async function readCopy(journeyId: string): Promise<CrashCopy | null> {
  const found = await inStore("readonly", (store) => store.get(journeyId));
  return isCopy(found) ? found : null;
}

export async function dropCopy(journeyId: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(journeyId));
}

/** Do one thing in the store; null where the browser has none. */
async function inStore(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  try {
    const database = await opened();
    const request = act(database.transaction(STORE, mode).objectStore(STORE));
    return await answered(request);
  } catch {
    return null;
  }
}

let opening: Promise<IDBDatabase> | null = null;

function opened(): Promise<IDBDatabase> {
  if (opening === null) {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    opening = answered(request);
    opening.catch(() => {
      opening = null;
    });
  }
  return opening;
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Another release of the page may have written it. */
function isCopy(value: unknown): value is CrashCopy {
  if (!isObject(value) || value.shape !== SHAPE || typeof value.journeyId !== "string") return false;
  const isTold = typeof value.base === "string" && typeof value.isSaved === "boolean";
  const isBased = value.etag === null || typeof value.etag === "string";
  const isText = value.raw === null || typeof value.raw === "string";
  return isTold && isBased && isText && (value.history === null || isHistory(value.history));
}

function isHistory(value: unknown): value is History<Edited> {
  if (!isObject(value) || !Array.isArray(value.past) || !Array.isArray(value.future)) return false;
  // Steps are shared between the states: whoever checks the present has seen nearly all of them.
  return isEdited(value.present);
}

function isEdited(value: unknown): value is { journey: Journey } {
  return isObject(value) && isJourney(value.journey) && isObject(value.selection);
}
