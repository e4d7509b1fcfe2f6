/** What differs between what is shown and another version: as a list, and painted on the canvas. */
import { useEffect, useMemo } from "react";
import type { VersionSummary } from "../api/api.gen";
import { paint, wipePaint } from "../editor/painting";
import { useJourney } from "../editor/store";
import { useVersionOf } from "../editor/versions";
import { diffJourneys } from "../journey/diff";
import { goWith, useAddress } from "../routes";
import { ChangeList } from "./ChangeList";

interface Props {
  id: string;
  versions: readonly VersionSummary[];
  /** Null: the draft. */
  shown: number | null;
}

export function Comparison({ id, versions, shown }: Props) {
  const { query } = useAddress();
  const journey = useJourney();
  const from = Number.parseInt(query.compare ?? "", 10) || null;
  const other = useVersionOf(id, from);
  const changes = useMemo(() => (other && journey ? diffJourneys(other, journey) : null), [other, journey]);
  useEffect(() => {
    if (changes === null) wipePaint();
    else paint(changes);
  }, [changes]);
  useEffect(() => wipePaint, []);
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
