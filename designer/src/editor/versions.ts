/** Published versions: they never change, so each is read once. */
import { useEffect, useState } from "react";
import type { VersionShape } from "../api/api.gen";
import { get } from "../api/client";
import type { Journey } from "../journey/journey.gen";
import { isJourney } from "../journey/shape";

const READ = new Map<string, Promise<Journey | null>>();

/** A version's document; null where this page cannot draw it. Throws ApiError. */
export function readVersion(id: string, number: number): Promise<Journey | null> {
  const path = `/v1/journeys/${encodeURIComponent(id)}/versions/${number}`;
  const known = READ.get(path);
  if (known !== undefined) return known;
  const reading = get<VersionShape>(path).then(({ document }) => {
    const found: unknown = document;
    return isJourney(found) ? found : null;
  });
  READ.set(path, reading);
  // What failed is asked again the next time.
  reading.catch(() => READ.delete(path));
  return reading;
}

/** A version's document once it is there; null until then, without a number, and where it cannot be had. */
export function useVersionOf(id: string, number: number | null): Journey | null {
  const [found, setFound] = useState<{ number: number; journey: Journey | null } | null>(null);
  useEffect(() => {
    if (number === null || id === "") return;
    let isGone = false;
    readVersion(id, number).then(
      (journey) => !isGone && setFound({ number, journey }),
      () => {},
    );
    return () => {
      isGone = true;
    };
  }, [id, number]);
  return found !== null && found.number === number ? found.journey : null;
}
