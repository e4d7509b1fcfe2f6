/** What differs between what is shown and another version: as a list, and painted on the canvas. */
import { useEffect, useState } from "react";
import type { ChangeShape, DiffAnswer, VersionShape, VersionSummary } from "../api/api.gen";
import { get } from "../api/client";
import { paint, wipePaint } from "../editor/painting";
import { saveNow } from "../editor/saving";
import { sayFailure } from "../editor/standing";
import { useJourney } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import { isJourney } from "../journey/shape";
import { goWith, useAddress } from "../routes";
import { ChangeList } from "./ChangeList";

/** The draft is asked about once it has been left alone for so long, in milliseconds. */
const PAUSE = 1_000;

interface Props {
  id: string;
  versions: readonly VersionSummary[];
  /** Null: the draft. */
  shown: number | null;
}

export function Comparison({ id, versions, shown }: Props) {
  const { query } = useAddress();
  const from = Number.parseInt(query.compare ?? "", 10) || null;
  const { changes, other, failure } = useDifferences(id, from, shown);
  const name = shown === null ? "the draft" : `version ${shown}`;
  const others = versions.filter(({ number }) => number !== shown);
  if (others.length === 0) return null;
  return (
    <div className="comparison">
      <label>
        <span>Compare {name} with</span>
        <select value={from ?? ""} onChange={(event) => goWith({ compare: event.target.value })}>
          <option value="">nothing</option>
          {others.map(({ number }) => (
            <option key={number} value={number}>
              version {number}
            </option>
          ))}
        </select>
      </label>
      {failure && <p role="alert">{failure}</p>}
      {changes !== null && (
        <div role="status" className="comparison-found">
          {changes.length === 0 ? (
            <p className="panel-quiet">They mean the same.</p>
          ) : (
            <>
              <p className="panel-quiet">
                {changes.length === 1 ? "One difference" : `${changes.length} differences`}: from version {from} to{" "}
                {name}
              </p>
              <ChangeList changes={changes} other={other} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

interface Differences {
  changes: readonly ChangeShape[] | null;
  /** The version compared with: it has the names of what is gone. */
  other: Journey | null;
  failure: string;
}

const NONE: Differences = { changes: null, other: null, failure: "" };

function useDifferences(id: string, from: number | null, to: number | null): Differences {
  const journey = useJourney();
  const [found, setFound] = useState<Differences>(NONE);
  const draft = to === null ? journey : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the draft is compared anew when it changes
  useEffect(() => {
    if (from === null) {
      setFound(NONE);
      wipePaint();
      return;
    }
    const leaving = new AbortController();
    const { signal } = leaving;
    const compare = async () => {
      if (to === null) await saveNow();
      const path = `/v1/journeys/${id}/diff?from=${from}${to === null ? "" : `&to=${to}`}`;
      const { changes } = await get<DiffAnswer>(path, signal);
      const version = await get<VersionShape>(`/v1/journeys/${id}/versions/${from}`, signal);
      const other: unknown = version.document;
      if (signal.aborted) return;
      setFound({ changes, other: isJourney(other) ? other : null, failure: "" });
      paint(changes);
    };
    const timer = setTimeout(
      () =>
        compare().catch((error: unknown) => {
          if (!signal.aborted) setFound({ ...NONE, failure: sayFailure(error) });
        }),
      found.changes === null ? 0 : PAUSE,
    );
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [id, from, to, draft]);
  useEffect(() => wipePaint, []);
  return found;
}
