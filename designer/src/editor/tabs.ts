/** Tabs of one browser tell each other which journeys they have open, and when one has been saved. */
import { useEffect, useState } from "react";
import { isObject } from "../journey/values";

interface Told {
  kind: "open" | "here" | "saved";
  journeyId: string;
}

/** Null where the browser has no channel: then tabs meet at the server. */
function channel(): BroadcastChannel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("wend-drafts");
}

/** Tell the other tabs that this journey has been saved. */
export function tellTabs(journeyId: string): void {
  const place = channel();
  const told: Told = { kind: "saved", journeyId };
  place?.postMessage(told);
  place?.close();
}

/** Whether another tab has this journey open; `saved` is called when it saves. */
export function useOtherTab(journeyId: string, saved: () => void): boolean {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const place = channel();
    if (place === null) return;
    const tell = (kind: Told["kind"]) => place.postMessage({ kind, journeyId } satisfies Told);
    place.onmessage = ({ data: told }: MessageEvent<unknown>) => {
      if (!isObject(told) || told.journeyId !== journeyId) return;
      setElsewhere(true);
      if (told.kind === "open") tell("here");
      if (told.kind === "saved") saved();
    };
    tell("open");
    return () => place.close();
  }, [journeyId, saved]);
  return isElsewhere;
}
