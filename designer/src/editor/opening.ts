/** Opening a draft: from the server, or from the copy in the browser where that holds more. */
import { useEffect, useState } from "react";
import type { JourneySummary, VersionShape } from "../api/api.gen";
import { ApiError, get } from "../api/client";
import { readJourney } from "../journey/shape";
import { sayShort } from "../journey/times";
import { goWith } from "../routes";
import { notify } from "../ui/Notices";
import { beginChecking } from "./checking";
import { readyClipboard } from "./clipboard";
import { type Sorted, sortOut } from "./copies";
import { adoptCopy, type CrashCopy, dropCopy, readCopies, trimCopies } from "./crashCopy";
import { readDraft } from "./draft";
import { beginSaving, saveNow, useSaving } from "./saving";
import type { Start } from "./session";
import { NOTHING, useEditor } from "./store";
import { TAB } from "./tab";
import { answerTabs, tabsWith } from "./tabs";
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
    const stopAnswering = answerTabs(id);
    let stops: readonly (() => void)[] = [];
    let stopSaving = () => {};
    const begin = (open: () => Start) => {
      stopSaving();
      stopSaving = beginSaving(open());
    };
    const load = async () => {
      const asked = tabsWith(id);
      const [found, copies] = await Promise.all([find(id, leaving.signal), readCopies(id), readyClipboard()]);
      // Whose work it is matters only where there is some.
      const isWork = copies.some((copy) => copy.tab !== TAB && !copy.isSaved);
      const living = found instanceof ApiError || isWork ? await asked : null;
      if (leaving.signal.aborted) return;
      const saved = found instanceof ApiError ? null : found;
      const sorted = sortOut(copies, { tab: TAB, living: living ?? new Set(), saved });
      // What is wrong is asked as soon as something is open.
      const stopChecking = beginChecking(id);
      begin(() => (found instanceof ApiError ? fromCopy(sorted.open, found) : fromServer(found, sorted)));
      stops = [stopChecking, offer(sorted.later, begin)];
      setOpened({ isReady: true, error: null });
      await tidy(sorted, living ?? (await asked));
    };
    load().catch((error: unknown) => {
      if (!leaving.signal.aborted)
        setOpened({ isReady: true, error: error instanceof ApiError ? error.message : String(error) });
    });
    return () => {
      leaving.abort();
      for (const stop of [...stops, stopSaving, stopAnswering]) stop();
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

function fromServer(found: Found, { open: copy, isAsSaved }: Sorted): Start {
  const { journeyId, source: base, etag, version } = found;
  if (copy && isAsSaved) {
    show(copy, null);
    return { journeyId, base, etag, version, isSaved: true };
  }
  // Saved by somebody else meanwhile: saving finds that out, and asks.
  if (copy) return restored(copy, "Your last changes were restored.");
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

/** Offer what else was left behind unsaved, one after the other, when what is open is saved. */
function offer([copy, ...rest]: readonly CrashCopy[], begin: (open: () => Start) => void): () => void {
  if (copy === undefined) return () => {};
  let stop = () => {};
  const restore = async () => {
    if (!(await saveNow())) return void notify({ text: "Save what is open first." });
    useText.getState().keep(null);
    begin(() => restored(copy, "The unsaved changes were restored. What was open before is saved."));
    await adoptCopy(copy);
    stop = offer(rest, begin);
  };
  const say = () => {
    if (useSaving.getState().status !== "saved") return;
    stop();
    const text = `A tab that is closed left unsaved changes of ${sayShort(new Date(copy.at))}.`;
    notify({ text, action: { label: "Restore", perform: () => void restore() } });
  };
  stop = useSaving.subscribe(say);
  say();
  return () => stop();
}

/** Forget the copies that nobody needs any more; what is open is this tab's first. */
async function tidy({ open, done }: Sorted, living: ReadonlySet<string>): Promise<void> {
  if (open && !open.isSaved && done.includes(open)) await adoptCopy(open);
  for (const copy of done) if (!living.has(copy.tab)) await dropCopy(copy.journeyId, copy.tab);
  await trimCopies();
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
