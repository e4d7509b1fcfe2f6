/** Tabs of one browser tell each other which journeys they have open, and when one has been saved. */
import { useEffect, useState } from "react";
import { isObject } from "../journey/values";
import { TAB } from "./tab";

interface Told {
  kind: "open" | "here" | "saved" | "gone";
  journeyId: string;
  /** Who says it: a tab hears itself, too. */
  tab: string;
}

/** How long another tab may take to say that it is here, in milliseconds: where the browser does not know it. */
const PATIENCE = 150;

/** Null where the browser has no channel: then tabs meet at the server. */
function channel(): BroadcastChannel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("wend-drafts");
}

function tell(place: BroadcastChannel, kind: Told["kind"], journeyId: string): void {
  place.postMessage({ kind, journeyId, tab: TAB } satisfies Told);
}

/** Hear what other tabs tell of a journey. */
function hear(place: BroadcastChannel, journeyId: string, heard: (kind: unknown, tab: string) => void): void {
  place.onmessage = ({ data: told }: MessageEvent<unknown>) => {
    if (!isObject(told) || told.journeyId !== journeyId || typeof told.tab !== "string") return;
    if (told.tab !== TAB) heard(told.kind, told.tab);
  };
}

/** Tell the other tabs that this journey has been saved. */
export function tellTabs(journeyId: string): void {
  const place = channel();
  if (place === null) return;
  tell(place, "saved", journeyId);
  place.close();
}

/** Null where the page came over plain http from another machine. */
const locks: LockManager | null = globalThis.navigator?.locks ?? null;

/** What a tab holds in its name as long as it has a journey open: the browser lets go of it when the tab ends, however that happens. */
function lockOf(journeyId: string, tab = ""): string {
  return `wend-draft/${journeyId}/${tab}`;
}

/** Have other tabs know that this journey is open here, from now on; the answer ends it. */
export function answerTabs(journeyId: string): () => void {
  const leaving = new Promise<() => void>((begin) => {
    locks?.request(lockOf(journeyId, TAB), () => new Promise<void>(begin)).catch(() => {});
  });
  const place = channel();
  if (place) hear(place, journeyId, (kind) => kind === "open" && tell(place, "here", journeyId));
  return () => {
    void leaving.then((leave) => leave());
    place?.close();
  };
}

/** The other tabs that have this journey open: one that is asleep or busy, too. */
export async function tabsWith(journeyId: string): Promise<ReadonlySet<string>> {
  if (locks === null) return answering(journeyId);
  const { held = [] } = await locks.query();
  const names = held.flatMap(({ name = "" }) => (name.startsWith(lockOf(journeyId)) ? [name] : []));
  return new Set(names.map((name) => name.slice(lockOf(journeyId).length)).filter((tab) => tab !== TAB));
}

/** The other tabs that say so in time. */
function answering(journeyId: string): Promise<ReadonlySet<string>> {
  const place = channel();
  if (place === null) return Promise.resolve(new Set());
  const found = new Set<string>();
  hear(place, journeyId, (kind, tab) => kind !== "gone" && found.add(tab));
  tell(place, "open", journeyId);
  return new Promise((resolve) => {
    setTimeout(() => {
      place.close();
      resolve(found);
    }, PATIENCE);
  });
}

/** Whether another tab has this journey open; `saved` is called when it saves. */
export function useOtherTab(journeyId: string, saved: () => void): boolean {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const place = channel();
    if (place === null) return;
    hear(place, journeyId, (kind) => {
      setElsewhere(kind !== "gone");
      if (kind === "saved") saved();
      // There may be a third.
      if (kind === "gone") tell(place, "open", journeyId);
    });
    tell(place, "open", journeyId);
    const leave = () => tell(place, "gone", journeyId);
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
      place.close();
    };
  }, [journeyId, saved]);
  return isElsewhere;
}
