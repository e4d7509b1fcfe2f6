/** New journeys, copies of journeys and journeys out of files: each becomes a draft on the server. */
import type { JourneySummary, VersionShape } from "../../api/api.gen";
import { ApiError, get } from "../../api/client";
import { dropCopies } from "../../editor/crashCopy";
import { dropDraft, readDraft, writeDraft } from "../../editor/draft";
import { sayFailure } from "../../editor/standing";
import { textOf } from "../../editor/text";
import { isId, uniqueId } from "../../journey/edits";
import type { Journey } from "../../journey/journey.gen";
import { readJourney } from "../../journey/shape";
import { isObject } from "../../journey/values";
import { go, pathTo } from "../../routes";
import { download } from "../../ui/download";
import { notify } from "../../ui/Notices";
import { refresh, useListing } from "./listing";

/** A file larger than this is no journey: the server's limit, in bytes. */
const LARGEST = 1_000_000;

/** Where an author begins who begins with nothing. */
export const BLANK: Journey = {
  $schema: "./journey.schema.json",
  format: 1,
  name: "",
  entry: { type: "api" },
  start: "",
  steps: {},
};

/** The id that a journey of this name gets: the name of its file, and its address. */
export function idFor(name: string): string {
  const taken = new Set(useListing.getState().journeys?.map(({ id }) => id));
  const base = name.trim().replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  return uniqueId(/^[a-z]/i.test(base) ? base : `journey-${base}`, (id) => taken.has(id)).replaceAll("_", "-");
}

/** Make a journey like this one under a name of its own, and open it. */
export async function makeJourney(name: string, like: Journey): Promise<void> {
  const named = { ...like, name: name.trim() || "Untitled journey" };
  const id = await saveNew(idFor(named.name), textOf(named));
  go(pathTo({ page: "journey", id }));
}

/** Copy a journey: its draft, or what is live where it has none. */
export async function duplicate({ id, name, live_version: live }: JourneySummary): Promise<void> {
  await saying(async () => {
    const draft = await readDraft(id);
    const source = draft
      ? draft.source
      : JSON.stringify((await get<VersionShape>(`/v1/journeys/${id}/versions/${live}`)).document);
    const journey = readJourney(source);
    const copyName = `${name} (copy)`;
    const made = await saveNew(idFor(`${id}-copy`), journey ? textOf({ ...journey, name: copyName }) : source);
    await refresh();
    const open = () => go(pathTo({ page: "journey", id: made }));
    notify({ text: `Made “${copyName}”.`, action: { label: "Open", perform: open } });
  });
}

/** Drop a draft; for a while, it can be had back. */
export async function remove({ id, name }: JourneySummary): Promise<void> {
  await saying(async () => {
    const draft = await readDraft(id);
    await dropDraft(id);
    await dropCopies(id);
    await refresh();
    if (draft === null) return;
    const bringBack = () =>
      void saying(async () => {
        await writeDraft(id, draft.source, { etag: null, version: draft.base_version });
        await refresh();
      });
    notify({ text: `Deleted the draft of “${name}”.`, action: { label: "Undo", perform: bringBack } });
  });
}

/** Give an author the draft as a file. */
export async function downloadDraft({ id }: JourneySummary): Promise<void> {
  await saying(async () => {
    const draft = await readDraft(id);
    if (draft) download(`${id}.json`, "application/json", draft.source);
  });
}

/** Make drafts of files; a single one is opened. What cannot be drawn is taken too, and opens as text. */
export async function importFiles(files: readonly File[]): Promise<void> {
  await saying(async () => {
    const made: string[] = [];
    for (const file of files) {
      const source = await textIn(file);
      if (source === null) continue;
      made.push(await saveNew(idIn(file.name, source), source));
    }
    await refresh();
    const [only] = made;
    if (made.length === 1 && only !== undefined) go(pathTo({ page: "journey", id: only }));
    else if (made.length > 1) notify({ text: `Imported ${made.length} journeys.` });
  });
}

/** A file's text, or null with the reason said. */
async function textIn(file: File): Promise<string | null> {
  if (file.size > LARGEST) {
    notify({ text: `${file.name} is larger than a journey can be.` });
    return null;
  }
  const source = await file.text();
  if (isJsonObject(source)) return source;
  notify({ text: `${file.name} is no journey: it holds no JSON object.` });
  return null;
}

function isJsonObject(source: string): boolean {
  try {
    return isObject(JSON.parse(source));
  } catch {
    return false;
  }
}

/** The file's name where it can be an id, else the journey's. */
function idIn(fileName: string, source: string): string {
  const stem = fileName.replace(/\.json$/i, "");
  return idFor(isId(stem) ? stem : (readJourney(source)?.name ?? stem));
}

/** Save a new draft; an id that somebody took meanwhile gets a number. */
async function saveNew(id: string, source: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const tried = count === 1 ? id : `${id.slice(0, 58)}-${count}`;
    try {
      await writeDraft(tried, source, { etag: null });
      await dropCopies(tried);
      return tried;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412 && count < 50)) throw error;
    }
  }
}

/** Do it, and say what goes wrong. */
async function saying(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    notify({ text: sayFailure(error) });
  }
}
