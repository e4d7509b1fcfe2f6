/** The templates the author works on: read from the server, changed here, saved a moment later. Never saves over what somebody else wrote. */
import { useEffect } from "react";
import { create } from "zustand";
import type { Page_TemplateSummary_, TemplateContent, TemplateShape, TemplateSummary } from "../../api/api.gen";
import { ApiError, ask, get } from "../../api/client";
import { isSame } from "../../journey/values";

/** How long the author pauses before a template is saved, in milliseconds. */
const PAUSE = 800;
/** How long until saving is tried again while the server is away. */
const AGAIN = 4_000;

export type SaveStatus = "saved" | "unsaved" | "saving" | "offline" | "refused" | "conflict";

export interface OpenTemplate {
  content: TemplateContent;
  /** What the server has, as far as is known here. */
  saved: TemplateContent;
  etag: string;
  status: SaveStatus;
  /** Why saving was refused. */
  reason: string;
  /** What somebody else saved meanwhile; only in a conflict. */
  theirs: TemplateShape | null;
}

interface State {
  open: ReadonlyMap<string, OpenTemplate>;
  /** Those that cannot be read, with the reason. */
  missing: ReadonlyMap<string, string>;
  /** Null until asked for. */
  list: readonly TemplateSummary[] | null;
}

export const useTemplates = create<State>()(() => ({ open: new Map(), missing: new Map(), list: null }));

/** A template by its name: undefined while it is read, null where there is none. */
export function useTemplate(name: string): OpenTemplate | null | undefined {
  useEffect(() => {
    if (name !== "") void read(name);
  }, [name]);
  const found = useTemplates(({ open }) => open.get(name));
  const isMissing = useTemplates(({ missing }) => missing.has(name));
  return found ?? (name === "" || isMissing ? null : undefined);
}

/** All templates, newest list asked for now. */
export function useTemplateList(): readonly TemplateSummary[] | null {
  useEffect(() => {
    void readList();
  }, []);
  return useTemplates(({ list }) => list);
}

export async function readList(): Promise<readonly TemplateSummary[]> {
  const list: TemplateSummary[] = [];
  let after: string | null = "";
  while (after !== null) {
    const page: Page_TemplateSummary_ = await get(`/v1/templates${after && `?after=${encodeURIComponent(after)}`}`);
    list.push(...page.results);
    after = page.next ?? null;
  }
  useTemplates.setState({ list });
  return list;
}

/** Read a template anew, unless the author's own changes wait to be saved. */
async function read(name: string): Promise<void> {
  if (!isQuiet(name)) return;
  try {
    const found = await get<TemplateShape>(pathOf(name));
    if (isQuiet(name)) settle(name, found);
  } catch (error) {
    if (error instanceof ApiError && !error.isOffline)
      useTemplates.setState(({ missing }) => ({ missing: new Map(missing).set(name, error.message) }));
  }
}

function isQuiet(name: string): boolean {
  const there = useTemplates.getState().open.get(name);
  return there === undefined || there.status === "saved";
}

const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Change a template here; it is saved once the author pauses. */
export function editTemplate(name: string, change: Partial<TemplateContent>): void {
  const there = useTemplates.getState().open.get(name);
  if (there === undefined) return;
  const content = { ...there.content, ...change };
  if (isSame(content, there.content)) return;
  put(name, { content, status: there.status === "conflict" ? "conflict" : "unsaved" });
  if (there.status !== "conflict") saveSoon(name, PAUSE);
}

function saveSoon(name: string, pause: number): void {
  clearTimeout(timers.get(name));
  timers.set(
    name,
    setTimeout(() => void save(name), pause),
  );
}

/** Save now what waits to be saved: before a test is sent, or when the author leaves. */
export async function saveNow(name: string): Promise<void> {
  clearTimeout(timers.get(name));
  if (!isQuiet(name)) await save(name);
}

/** What is on its way to the server, by the template's name. */
const onTheWay = new Map<string, Promise<void>>();

/** Save what is unsaved, one after the other: what was typed meanwhile stands on what has been saved. */
async function save(name: string): Promise<void> {
  for (let before = onTheWay.get(name); before; before = onTheWay.get(name)) await before;
  const there = useTemplates.getState().open.get(name);
  if (there === undefined || there.status === "conflict" || there.status === "saved") return;
  const written = write(name, there).finally(() => onTheWay.delete(name));
  onTheWay.set(name, written);
  await written;
}

async function write(name: string, there: OpenTemplate): Promise<void> {
  const sent = there.content;
  put(name, { status: "saving", reason: "" });
  try {
    const { value } = await ask<TemplateShape>(pathOf(name), {
      method: "PUT",
      body: sent,
      headers: { "If-Match": `"${there.etag}"` },
    });
    settled(name, value, sent);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 412) await conflict(name);
    else if (error.isOffline || error.status >= 500) {
      put(name, { status: "offline" });
      saveSoon(name, AGAIN);
    } else
      put(name, {
        status: "refused",
        reason: [error.message, ...error.problems.map(({ message }) => message)].join(" "),
      });
  }
}

/** What was sent is saved; what was typed meanwhile follows. */
function settled(name: string, value: TemplateShape, sent: TemplateContent): void {
  const there = useTemplates.getState().open.get(name);
  const isDone = there !== undefined && there.content === sent;
  put(name, { saved: sent, etag: value.etag, status: isDone ? "saved" : "unsaved" });
  if (!isDone) saveSoon(name, PAUSE);
}

async function conflict(name: string): Promise<void> {
  const theirs = await get<TemplateShape>(pathOf(name)).catch(() => null);
  const there = useTemplates.getState().open.get(name);
  if (theirs !== null && there !== undefined && isSame(theirs.content, there.content)) settle(name, theirs);
  else if (theirs === null) put(name, { status: "refused", reason: "The template is gone, or cannot be read." });
  else put(name, { status: "conflict", theirs });
}

/** End a conflict with the author's own content, over what the other one saved: by their word only. */
export function keepMine(name: string): void {
  const there = useTemplates.getState().open.get(name);
  if (!there?.theirs) return;
  put(name, { etag: there.theirs.etag, saved: there.theirs.content, theirs: null, status: "unsaved" });
  saveSoon(name, 0);
}

/** End a conflict with what the other one saved. */
export function takeTheirs(name: string): void {
  const there = useTemplates.getState().open.get(name);
  if (there?.theirs) settle(name, there.theirs);
}

/** Make a template under a name that is free. */
export async function makeTemplate(name: string, content: TemplateContent): Promise<void> {
  settle(name, (await ask<TemplateShape>(pathOf(name), { method: "PUT", body: content })).value);
  await readList();
}

function settle(name: string, { content, etag }: TemplateShape): void {
  const opened: OpenTemplate = { content, saved: content, etag, status: "saved", reason: "", theirs: null };
  useTemplates.setState(({ open, missing }) => ({
    open: new Map(open).set(name, opened),
    missing: new Map([...missing].filter(([other]) => other !== name)),
  }));
}

function put(name: string, change: Partial<OpenTemplate>): void {
  useTemplates.setState(({ open }) => {
    const there = open.get(name);
    return there === undefined ? {} : { open: new Map(open).set(name, { ...there, ...change }) };
  });
}

function pathOf(name: string): string {
  return `/v1/templates/${encodeURIComponent(name)}`;
}

globalThis.addEventListener?.("beforeunload", (event) => {
  if ([...useTemplates.getState().open.values()].some(({ status }) => status !== "saved")) event.preventDefault();
});
