/** How far the open draft is from what is live, known a moment after each edit. */
import { useEffect, useState } from "react";
import { countDifferences } from "../journey/diff";
import { useStanding } from "./standing";
import { useEditor, useJourney } from "./store";
import { useVersionOf } from "./versions";

/** So long after the last edit it is counted, in milliseconds: nobody waits for it. */
const PAUSE = 400;

/** The number of differences from the live version; null where nothing is live, or something else than the draft is open. */
export function useUnpublished(): number | null {
  const journey = useJourney();
  const id = useEditor((state) => state.journeyId);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const live = useVersionOf(
    id,
    useStanding((state) => state.summary?.live_version ?? null),
  );
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    if (live === null || journey === null || isReadOnly) {
      setCount(null);
      return;
    }
    const timer = setTimeout(() => setCount(countDifferences(live, journey)), PAUSE);
    return () => clearTimeout(timer);
  }, [live, journey, isReadOnly]);
  return count;
}
