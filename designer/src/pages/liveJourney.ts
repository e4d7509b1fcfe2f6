/** The document that people walk, for the names of its steps: a version's, the live one's, else the draft's. */
import { useEffect, useState } from "react";
import type { JourneySummary, VersionShape } from "../api/api.gen";
import { get } from "../api/client";
import type { Journey } from "../journey/journey.gen";
import { isJourney } from "../journey/shape";

/** Null until it is there; pages do without it as well. */
export function useLiveJourney(id: string, version?: number): Journey | null {
  const [journey, setJourney] = useState<Journey | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const load = async () => {
      const number = version ?? (await get<JourneySummary>(`/v1/journeys/${id}`, signal)).live_version;
      if (number === null) return;
      const { document } = await get<VersionShape>(`/v1/journeys/${id}/versions/${number}`, signal);
      const found: unknown = document;
      if (isJourney(found)) setJourney(found);
    };
    load().catch(() => {});
    return () => leaving.abort();
  }, [id, version]);
  return journey;
}
