/** One draft while it is open: when it is saved, what it is saved over, and what to do when that fails. */
import type { DraftShape } from "../api/api.gen";
import { ApiError } from "../api/client";
import type { Journey } from "../journey/journey.gen";
import { readJourney } from "../journey/shape";
import { isObject, isSame } from "../journey/values";
import { notify } from "../ui/Notices";
import { setProblems } from "./checking";
import { dropCopy, keepCopy } from "./crashCopy";
import { type Basis, readDraft, readIfChanged, writeDraft } from "./draft";
import type { History } from "./history";
import { repeat } from "./polling";
import { type SaveStatus, useSaving } from "./saveStatus";
import { type Edited, NOTHING, useEditor } from "./store";
import { tellTabs } from "./tabs";
import { textOf, useText } from "./text";

/** After the last edit, in milliseconds. */
const PAUSE = 800;
/** The copy in the browser is quicker. */
const COPY_PAUSE = 200;
/** How often the draft is looked at for changes from outside, in seconds. */
const LOOK = 4;
const RETRY = { first: 1000, last: 30_000 };

/** Where saving begins. */
export interface Start extends Basis {
  journeyId: string;
  /** The text on the server. */
  base: string;
  /** What is open is what the server has. */
  isSaved: boolean;
}

export class Session {
  readonly #id: string;
  #basis: Basis;
  #base: string;
  /** What is open is the server's while these are the same. */
  #saved: Journey | string | null;
  #latest: { journey: Journey | null; raw: string | null; history: History<Edited> | null };
  #saving: Promise<void> | null = null;
  #timer = 0;
  #copyTimer = 0;
  #delay = RETRY.first;
  #hasLeft = false;
  readonly #stops: readonly (() => void)[];

  constructor({ journeyId, etag, version, base, isSaved }: Start) {
    this.#id = journeyId;
    this.#basis = { etag, version: version ?? null };
    this.#base = base;
    this.#latest = this.#now();
    this.#saved = isSaved ? this.#current() : null;
    useSaving.setState({ status: "saved", reason: "", clash: null });
    const online = () => void this.save();
    const hidden = () => document.hidden && this.#flush();
    const leaving = (event: BeforeUnloadEvent) => {
      this.#flush();
      // What is on its way arrives, or is in the copy; only what cannot be saved is worth a question.
      const { status } = useSaving.getState();
      if (this.#isDirty() && status !== "unsaved" && status !== "saving") event.preventDefault();
    };
    addEventListener("online", online);
    addEventListener("beforeunload", leaving);
    document.addEventListener("visibilitychange", hidden);
    this.#stops = [
      useEditor.subscribe(({ history }, before) => {
        if (history === before.history) return;
        // Looking elsewhere needs no copy: the next edit brings it.
        if (isLook(history, before.history)) this.#latest = this.#now();
        else this.#changed();
      }),
      useText.subscribe(() => this.#changed()),
      repeat((signal) => this.look(signal), LOOK),
      () => removeEventListener("online", online),
      () => removeEventListener("beforeunload", leaving),
      () => document.removeEventListener("visibilitychange", hidden),
    ];
    this.#changed();
  }

  /** End it: what is open is closed afterwards, so a last save goes by what is known now. */
  leave(): void {
    this.#flush();
    this.#hasLeft = true;
    for (const stop of this.#stops) stop();
  }

  /** Whether the server has all of it. */
  get isSaved(): boolean {
    return !this.#isDirty();
  }

  /** Save what is unsaved; `isWished` also what would otherwise wait. */
  async save(options: { isWished?: boolean; keepalive?: boolean } = {}): Promise<void> {
    clearTimeout(this.#timer);
    // Several may have waited for the same: only one of them goes on.
    while (this.#saving) await this.#saving;
    if (!this.#isDirty() || useSaving.getState().status === "conflict") return;
    if (!options.isWished && this.#isUnreadable()) return;
    const saving = this.#write(options.keepalive ?? false);
    this.#saving = saving;
    await saving;
    this.#saving = null;
    if (useSaving.getState().status === "saved" && this.#isDirty()) this.#changed();
  }

  /** Read the draft if it has changed elsewhere, and show it if nothing here would be lost. */
  async look(signal: AbortSignal): Promise<void> {
    if (this.#saving || this.#isDirty()) return;
    const basis = this.#basis;
    const draft = await readIfChanged(this.#id, basis.etag, signal);
    // What was saved here while the answer was on its way is no change from outside.
    if (draft === undefined || this.#saving || this.#basis !== basis) return;
    // Editors empty a file before they write it anew.
    if (draft?.source === "") return;
    if (this.#isDirty() || draft === null) this.#clash(draft);
    else {
      this.take(draft, "Change from outside");
      notify({ text: "The draft was changed outside this page. You see it as it is now." });
    }
  }

  /** Go on with what the server has: an edit that can be undone. */
  take(draft: DraftShape, label: string): void {
    this.#basis = { etag: draft.etag };
    this.#base = draft.source;
    const journey = readJourney(draft.source);
    const editor = useEditor.getState();
    if (journey === null) {
      useText.getState().keep(draft.source);
    } else {
      useText.getState().keep(null);
      if (editor.history === null) editor.open(this.#id, journey);
      else editor.edit(label, (mine) => ({ journey: isSame(mine, journey) ? mine : journey, select: kept(journey) }));
    }
    setProblems(draft.problems);
    this.#settled();
  }

  /** Nobody wants it any more: neither saved nor kept. */
  async abandon(): Promise<void> {
    this.#saved = this.#current();
    clearTimeout(this.#timer);
    clearTimeout(this.#copyTimer);
    await dropCopy(this.#id);
  }

  /** End a clash: with another document, or with one's own. */
  async resolve(journey: Journey | null): Promise<void> {
    const { clash } = useSaving.getState();
    if (clash === null) return;
    this.#basis = { etag: clash.theirs?.etag ?? null };
    this.#base = clash.theirs?.source ?? "";
    this.#saved = null;
    useSaving.setState({ status: "unsaved", clash: null });
    if (journey) useEditor.getState().edit("Keep both changes", () => ({ journey, select: kept(journey) }));
    await this.save({ isWished: true });
  }

  async #write(keepalive: boolean): Promise<void> {
    const { journey, raw } = this.#latest;
    const written = this.#current();
    const text = raw ?? (journey && textOf(journey));
    if (!text) return;
    // Trying again is no news while the server is away.
    if (useSaving.getState().status !== "offline") this.#show("saving");
    try {
      // The browser carries only small bodies past the end of a page; the copy has the others.
      const draft = await writeDraft(this.#id, text, this.#basis, { keepalive: keepalive && text.length < 60_000 });
      this.#basis = { etag: draft.etag };
      this.#base = draft.source;
      this.#saved = written;
      this.#delay = RETRY.first;
      if (raw !== null && this.#latest.raw === raw) setProblems(draft.problems);
      tellTabs(this.#id);
      this.#copy();
      this.#show("saved");
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #failed(error: unknown): Promise<void> {
    const failure = error instanceof ApiError ? error : new ApiError(0, "offline", String(error));
    if (failure.status === 412) {
      try {
        this.#clash(await readDraft(this.#id));
        return;
      } catch {
        // Away again: the next attempt finds the same clash.
      }
    }
    if (failure.isOffline || failure.status >= 500 || failure.status === 412) {
      this.#show("offline");
      this.#timer = window.setTimeout(() => void this.save(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, RETRY.last);
    } else this.#show("refused", failure.status === 401 ? "You are logged out." : failure.message);
  }

  #clash(theirs: DraftShape | null): void {
    // Whoever made the same change is no enemy.
    const { journey } = this.#latest;
    const other = theirs && readJourney(theirs.source);
    if (theirs && journey && other && isSame(journey, other)) this.take(theirs, "Change from outside");
    else if (!this.#hasLeft)
      useSaving.setState({ status: "conflict", clash: { base: readJourney(this.#base), theirs } });
    this.#copy();
  }

  #changed(): void {
    if (this.#hasLeft) return;
    this.#latest = this.#now();
    clearTimeout(this.#copyTimer);
    this.#copyTimer = window.setTimeout(() => this.#copy(), COPY_PAUSE);
    const { status } = useSaving.getState();
    if (status === "conflict" || status === "saving") return;
    clearTimeout(this.#timer);
    if (!this.#isDirty()) this.#show("saved");
    else if (this.#isUnreadable()) this.#show("unreadable");
    else {
      if (status !== "offline") this.#show("unsaved");
      this.#timer = window.setTimeout(() => void this.save(), PAUSE);
    }
  }

  #settled(): void {
    this.#latest = this.#now();
    this.#saved = this.#current();
    useSaving.setState({ status: "saved", reason: "", clash: null });
    this.#copy();
  }

  /** Save and copy what is there without waiting for the author to pause. */
  #flush(): void {
    clearTimeout(this.#copyTimer);
    if (!this.#isDirty()) return;
    this.#copy();
    void this.save({ keepalive: true });
  }

  #copy(): void {
    const { raw, history } = this.#latest;
    const { etag } = this.#basis;
    void keepCopy({ journeyId: this.#id, etag, base: this.#base, raw, history, isSaved: !this.#isDirty() });
  }

  #show(status: SaveStatus, reason = ""): void {
    if (!this.#hasLeft) useSaving.setState({ status, reason });
  }

  #now() {
    const { history } = useEditor.getState();
    return { journey: history?.present.journey ?? null, raw: useText.getState().raw, history };
  }

  #current(): Journey | string | null {
    return this.#latest.raw ?? this.#latest.journey;
  }

  #isDirty(): boolean {
    const current = this.#current();
    return current !== null && current !== this.#saved && current !== this.#base;
  }

  #isUnreadable(): boolean {
    const { raw } = this.#latest;
    return raw !== null && !isJson(raw);
  }
}

/** Whether only what is selected has changed. */
function isLook(history: History<Edited> | null, before: History<Edited> | null): boolean {
  return history?.past === before?.past && history?.present.journey === before?.present.journey;
}

/** What is still there of the selection. */
function kept(journey: Journey) {
  const selection = useEditor.getState().history?.present.selection ?? NOTHING;
  return { steps: selection.steps.filter((id) => id in journey.steps), way: null };
}

function isJson(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
