/** Opening a journey: its draft, or a version of it, from the server into the store. */
import { useEffect, useState } from "react";
import type { DraftShape } from "../api/api.gen";
import { ApiError, get } from "../api/client";
import { readJourney } from "../journey/shape";
import { useEditor } from "./store";

/** How far opening has come. `error` is a sentence for the author. */
export interface Opened {
  isReady: boolean;
  error: string | null;
}

/** Open the draft of this journey, and close it when the page goes. */
export function useOpened(id: string): Opened {
  const [opened, setOpened] = useState<Opened>({ isReady: false, error: null });
  useEffect(() => {
    const leaving = new AbortController();
    const load = async () => {
      const draft = await get<DraftShape>(`/v1/journeys/${id}/draft`, leaving.signal);
      const journey = readJourney(draft.source);
      if (journey) useEditor.getState().open(id, journey);
      setOpened({ isReady: true, error: null });
    };
    load().catch((error: unknown) => {
      if (!leaving.signal.aborted)
        setOpened({ isReady: true, error: error instanceof ApiError ? error.message : String(error) });
    });
    return () => {
      leaving.abort();
      useEditor.getState().close();
    };
  }, [id]);
  return opened;
}
