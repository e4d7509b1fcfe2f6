/** Tabs of one browser tell each other which journeys they have open, and when one has been saved. */
import { useEffect, useState } from "react";
import { isObject } from "../journey/values";

interface Told {
  kind: "open" | "here" | "saved" | "gone";
  journeyId: string;
  /** Who says it: a tab hears itself, too. */
  tab: string;
}

const TAB = Array.from(crypto.getRandomValues(new Uint8Array(8)), String).join("-");

/** Null where the browser has no channel: then tabs meet at the server. */
function channel(): BroadcastChannel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("wend-drafts");
}

function tell(place: BroadcastChannel, kind: Told["kind"], journeyId: string): void {
  place.postMessage({ kind, journeyId, tab: TAB } satisfies Told);
}

/** Tell the other tabs that this journey has been saved. */
export function tellTabs(journeyId: string): void {
  const place = channel();
  if (place === null) return;
  tell(place, "saved", journeyId);
  place.close();
}

/** Whether another tab has this journey open; `saved` is called when it saves. */
export function useOtherTab(journeyId: string, saved: () => void): boolean {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const place = channel();
    if (place === null) return;
    place.onmessage = ({ data: told }: MessageEvent<unknown>) => {
      if (!isObject(told) || told.journeyId !== journeyId || told.tab === TAB) return;
      setElsewhere(told.kind !== "gone");
      if (told.kind === "open") tell(place, "here", journeyId);
      if (told.kind === "saved") saved();
      // There may be a third.
      if (told.kind === "gone") tell(place, "open", journeyId);
    };
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
