/** Everything that was ever published: to look at, to compare, to begin again from. */
import { useEffect, useState } from "react";
import type { Page_VersionSummary_, VersionSummary } from "../api/api.gen";
import { get } from "../api/client";
import { sayFailure, useStanding } from "../editor/standing";
import { useEditor } from "../editor/store";
import { sayDistance, sayInstant } from "../journey/times";
import { goWith, useAddress } from "../routes";
import { Button } from "../ui/Button";
import { Comparison } from "./Comparison";
import { restore } from "./restoring";
import "./VersionsPanel.css";

export function VersionsPanel() {
  const { query, route } = useAddress();
  const id = route.page === "journey" ? route.id : "";
  const live = useStanding((state) => state.summary?.live_version ?? null);
  const { versions, next, more, failure } = useVersions(id, live);
  const isLiveView = query.view === "live";
  const shown = isLiveView ? live : Number.parseInt(query.version ?? "", 10) || null;
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <section className="panel versions">
      <h2>Versions</h2>
      {failure && <p role="alert">{failure}</p>}
      {versions?.length === 0 ? (
        <p className="panel-quiet">Nothing is published yet. Each time you publish, a version is kept here for good.</p>
      ) : (
        <>
          {versions && !isLiveView && <Comparison id={id} versions={versions} shown={shown} />}
          <ol className="version-list">
            <li className="version" data-shown={shown === null || undefined}>
              <div>
                <b>Draft</b>
                <small>What you work on</small>
              </div>
              {shown !== null && <Button onClick={() => goWith({ version: "", view: "", compare: "" })}>Open</Button>}
            </li>
            {versions?.map((version) => (
              <li key={version.number} className="version" data-shown={shown === version.number || undefined}>
                <div>
                  <b>
                    Version {version.number}
                    {version.number === live && <span className="version-live">live</span>}
                  </b>
                  <small title={sayInstant(version.published_at)}>
                    {capital(sayDistance(version.published_at))}
                    {version.people === "exit" && ", everybody inside left"}
                  </small>
                </div>
                {shown !== version.number && (
                  <Button
                    aria-label={`Open version ${version.number}`}
                    onClick={() => goWith({ version: String(version.number), view: "", compare: "" })}
                  >
                    Open
                  </Button>
                )}
                {(shown === version.number || !isReadOnly) && (
                  <Button
                    look="quiet"
                    aria-label={`Restore version ${version.number} as the draft`}
                    onClick={() => void restore(id, version.number)}
                  >
                    Restore
                  </Button>
                )}
              </li>
            ))}
          </ol>
          {next !== null && (
            <Button look="quiet" onClick={more}>
              Show older ones
            </Button>
          )}
        </>
      )}
    </section>
  );
}

/** The versions, newest first, page by page; anew when one is published. */
function useVersions(id: string, live: number | null) {
  const [versions, setVersions] = useState<readonly VersionSummary[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failure, setFailure] = useState("");
  const load = async (after: string | null, signal?: AbortSignal) => {
    const path = `/v1/journeys/${id}/versions?limit=20${after ? `&after=${encodeURIComponent(after)}` : ""}`;
    const page = await get<Page_VersionSummary_>(path, signal);
    setVersions((before) => [...(after ? (before ?? []) : []), ...page.results]);
    setNext(page.next ?? null);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new live version asks anew
  useEffect(() => {
    const leaving = new AbortController();
    load(null, leaving.signal).catch((error: unknown) => {
      if (!leaving.signal.aborted) setFailure(sayFailure(error));
    });
    return () => leaving.abort();
  }, [id, live]);
  const more = () => {
    load(next).catch((error: unknown) => setFailure(sayFailure(error)));
  };
  return { versions, next, more, failure };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
