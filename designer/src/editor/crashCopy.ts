/** Copies of what is being edited, in the browser, one per journey and tab: a crash, a reload or a day offline loses neither work nor history. */
import type { Journey } from "../journey/journey.gen";
import { isJourney } from "../journey/shape";
import { isObject } from "../journey/values";
import type { History } from "./history";
import type { Edited } from "./store";
import { TAB } from "./tab";

/** Copies of another shape are not read. */
const SHAPE = 2;
const DATABASE = "wend-drafts";
const STORE = "copies";
/** How many edits a copy can take back. Each state lists all its steps: large journeys keep fewer, so that nobody feels the copying. */
const DEPTH = { least: 10, most: 100, steps: 20_000 };
/** What nobody came back for: copies of what is saved go before the others. */
const MOST = { saved: 30, all: 100, days: 90 };
const DAY = 86_400_000;

export interface CrashCopy {
  journeyId: string;
  /** The tab that keeps it. */
  tab: string;
  /** When, in milliseconds. */
  at: number;
  /** The draft it was made from, as it was on the server. */
  etag: string | null;
  base: string;
  /** A text that is no journey yet; it counts, then. */
  raw: string | null;
  history: History<Edited> | null;
  /** The server has all of it. */
  isSaved: boolean;
}

/** Keep a copy as this tab's; only the newest one of a journey is kept. Browsers that keep nothing are no error. */
export async function keepCopy(copy: Omit<CrashCopy, "tab" | "at">): Promise<void> {
  const at = Date.now();
  const history = copy.history && shortened(copy.history);
  const ranks = copy.isSaved ? { at, savedAt: at } : { at };
  await inStore("readwrite", (store) => store.put({ ...copy, ...ranks, history, tab: TAB, shape: SHAPE }));
}

function shortened({ past, present, future }: History<Edited>): History<Edited> {
  const steps = Object.keys(present.journey.steps).length + 1;
  const depth = Math.max(DEPTH.least, Math.min(DEPTH.most, Math.floor(DEPTH.steps / steps)));
  return { past: past.slice(-depth), present, future: future.slice(0, depth) };
}

/** The copies of a journey, whichever tab kept them. */
export async function readCopies(journeyId: string): Promise<CrashCopy[]> {
  const found = await inStore("readonly", (store) => store.getAll(ofJourney(journeyId)));
  return Array.isArray(found) ? found.filter(isCopy) : [];
}

/** Keep as this tab's what another one left behind. */
export async function adoptCopy(copy: CrashCopy): Promise<void> {
  await keepCopy(copy);
  await dropCopy(copy.journeyId, copy.tab);
}

/** Forget what a tab has kept of a journey. */
export async function dropCopy(journeyId: string, tab = TAB): Promise<void> {
  await inStore("readwrite", (store) => store.delete([journeyId, tab]));
}

/** Forget all that any tab has kept of a journey. */
export async function dropCopies(journeyId: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(ofJourney(journeyId)));
}

/** Forget what is too old or too much. */
export async function trimCopies(): Promise<void> {
  await trim("savedAt", MOST.saved);
  await trim("at", MOST.all);
}

async function trim(index: "at" | "savedAt", most: number): Promise<void> {
  const keys = await inStore("readonly", (store) => store.index(index).getAllKeys());
  const old = await inStore("readonly", (store) =>
    store.index(index).getAllKeys(IDBKeyRange.upperBound(Date.now() - MOST.days * DAY)),
  );
  if (!isKeys(keys) || !isKeys(old)) return;
  for (const key of keys.slice(0, Math.max(old.length, keys.length - most)))
    await inStore("readwrite", (store) => store.delete(key));
}

function isKeys(keys: unknown): keys is IDBValidKey[] {
  return Array.isArray(keys);
}

/** A list is greater than every text. */
function ofJourney(journeyId: string): IDBKeyRange {
  return IDBKeyRange.bound([journeyId], [journeyId, []]);
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
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: ["journeyId", "tab"] });
      store.createIndex("at", "at");
      // Only copies of what is saved have it.
      store.createIndex("savedAt", "savedAt");
    };
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
  const isNamed = typeof value.tab === "string" && typeof value.at === "number";
  const isTold = typeof value.base === "string" && typeof value.isSaved === "boolean";
  const isBased = value.etag === null || typeof value.etag === "string";
  const isText = value.raw === null || typeof value.raw === "string";
  return isNamed && isTold && isBased && isText && (value.history === null || isHistory(value.history));
}

function isHistory(value: unknown): value is History<Edited> {
  if (!isObject(value) || !Array.isArray(value.past) || !Array.isArray(value.future)) return false;
  // Steps are shared between the states: whoever checks the present has seen nearly all of them.
  return isEdited(value.present);
}

function isEdited(value: unknown): value is { journey: Journey } {
  return isObject(value) && isJourney(value.journey) && isObject(value.selection);
}
