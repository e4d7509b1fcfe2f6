/** Opening a published version: to look at only. */
import { useEffect, useState } from "react";
import type { JourneySummary, VersionShape } from "../api/api.gen";
import { get } from "../api/client";
import { isJourney } from "../journey/shape";
import { readyClipboard } from "./clipboard";
import type { Opened } from "./opening";
import { sayFailure } from "./standing";
import { useEditor } from "./store";

/** Open a version, or the live one; `version` is null until it is there. */
export function useVersion(id: string, number: number | "live"): Opened & { version: VersionShape | null } {
  const [opened, setOpened] = useState<Opened & { version: VersionShape | null }>({
    isReady: false,
    error: null,
    version: null,
  });
  useEffect(() => {
    const leaving = new AbortController();
    const load = async () => {
      const wanted =
        number === "live" ? (await get<JourneySummary>(`/v1/journeys/${id}`, leaving.signal)).live_version : number;
      if (wanted === null) throw new Error("not live");
      const [version] = await Promise.all([
        get<VersionShape>(`/v1/journeys/${id}/versions/${wanted}`, leaving.signal),
        readyClipboard(),
      ]);
      const document: unknown = version.document;
      if (isJourney(document)) useEditor.getState().open(id, document, { isReadOnly: true });
      setOpened({ isReady: true, error: null, version });
    };
    load().catch((error: unknown) => {
      if (leaving.signal.aborted) return;
      const text =
        error instanceof Error && error.message === "not live" ? "Nothing of it is live yet." : sayFailure(error);
      setOpened({ isReady: true, error: text, version: null });
    });
    return () => {
      leaving.abort();
      useEditor.getState().close();
    };
  }, [id, number]);
  return opened;
}
