/** Opening a draft: from the server, or from the copy in the browser where that holds more. */
import { useEffect, useState } from "react";
import type { JourneySummary, VersionShape } from "../api/api.gen";
import { ApiError, get } from "../api/client";
import { readJourney } from "../journey/shape";
import { goWith } from "../routes";
import { notify } from "../ui/Notices";
import { beginChecking } from "./checking";
import { type CrashCopy, readCopy } from "./crashCopy";
import { readDraft } from "./draft";
import { beginSaving } from "./saving";
import type { Start } from "./session";
import { NOTHING, useEditor } from "./store";
import { useText } from "./text";

/** How far opening has come. `error` is a sentence for the author. */
export interface Opened {
  isReady: boolean;
  error: string | null;
}

/** Open the draft of this journey, save it by itself, and close it when the page goes. */
export function useOpened(id: string): Opened {
  const [opened, setOpened] = useState<Opened>({ isReady: false, error: null });
  useEffect(() => {
    const leaving = new AbortController();
    let stops: readonly (() => void)[] = [];
    const load = async () => {
      const [found, copy] = await Promise.all([find(id, leaving.signal), readCopy(id)]);
      if (leaving.signal.aborted) return;
      // What is wrong is asked as soon as something is open.
      const stopChecking = beginChecking(id);
      const start = found instanceof ApiError ? fromCopy(copy, found) : fromServer(found, copy);
      stops = [stopChecking, beginSaving(start)];
      setOpened({ isReady: true, error: null });
    };
    load().catch((error: unknown) => {
      if (!leaving.signal.aborted)
        setOpened({ isReady: true, error: error instanceof ApiError ? error.message : String(error) });
    });
    return () => {
      leaving.abort();
      for (const stop of stops.toReversed()) stop();
      useText.getState().keep(null);
      useEditor.getState().close();
    };
  }, [id]);
  return opened;
}

/** What the server has of a journey to edit. */
interface Found {
  journeyId: string;
  source: string;
  etag: string | null;
  /** Where there is no draft: the version that one begins from. */
  version: number | null;
}

/** The draft, else the live version to begin one from; the failure itself when there is no answer, for a copy may do. */
async function find(journeyId: string, signal: AbortSignal): Promise<Found | ApiError> {
  try {
    const draft = await readDraft(journeyId, signal);
    if (draft) return { journeyId, source: draft.source, etag: draft.etag, version: null };
    const { live_version: version } = await get<JourneySummary>(`/v1/journeys/${journeyId}`, signal);
    if (version === null) throw new ApiError(404, "not_found", `There is no journey ${journeyId}.`);
    const { document } = await get<VersionShape>(`/v1/journeys/${journeyId}/versions/${version}`, signal);
    return { journeyId, source: JSON.stringify(document), etag: null, version };
  } catch (error) {
    if (error instanceof ApiError && error.isOffline) return error;
    throw error;
  }
}

function fromServer(found: Found, copy: CrashCopy | null): Start {
  const { journeyId, source: base, etag, version } = found;
  if (copy && copy.etag === etag && etag !== null) {
    show(copy, copy.isSaved ? null : "Your last changes were restored.");
    return { journeyId, base, etag, version, isSaved: copy.isSaved };
  }
  // Saved by somebody else meanwhile: saving finds that out, and asks.
  if (copy && !copy.isSaved) return restored(copy, "Your last changes were restored.");
  const journey = readJourney(base);
  if (journey) useEditor.getState().open(journeyId, journey, { select: wanted(Object.keys(journey.steps)) });
  else showText(journeyId, base);
  return { journeyId, base, etag, version, isSaved: true };
}

/** The server is away: go on with the copy, if there is one. */
function fromCopy(copy: CrashCopy | null, failure: ApiError): Start {
  if (copy === null) throw failure;
  return restored(copy, "The server does not answer. You see the copy kept in this browser.");
}

function restored(copy: CrashCopy, text: string): Start {
  show(copy, text);
  const { journeyId, base, etag, isSaved } = copy;
  return { journeyId, base, etag, isSaved };
}

function show({ journeyId, history, raw }: CrashCopy, text: string | null): void {
  useEditor.setState({ journeyId, history, isReadOnly: false });
  if (raw !== null) showText(journeyId, raw);
  if (text) notify({ text });
}

/** A text that cannot be drawn is edited as what it is. */
function showText(journeyId: string, text: string): void {
  useEditor.setState({ journeyId });
  useText.getState().keep(text);
  goWith({ panel: "json" });
}

/** The step that the address names. */
function wanted(ids: readonly string[]) {
  const id = new URLSearchParams(location.search).get("step");
  return id !== null && ids.includes(id) ? { steps: [id], way: null } : NOTHING;
}
