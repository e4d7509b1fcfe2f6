/** The document as text: what is typed here is drawn as soon as it can be, and no keystroke is ever lost. */
import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { ProblemShape } from "../api/api.gen";
import { useProblems } from "../editor/checking";
import { saveNow, useSaving } from "../editor/saving";
import { useEditor, useJourney, useSelection } from "../editor/store";
import { sharing, textOf, useText } from "../editor/text";
import type { Journey } from "../journey/journey.gen";
import { type Place, placeOf, pointerAt, type Read, readPlaces } from "../journey/places";
import { readJourney } from "../journey/shape";
import { Button } from "../ui/Button";
import { CodeEditor, type Mark, type Revealed } from "../ui/code/CodeEditor";
import { download } from "../ui/download";
import { Icon } from "../ui/Icon";
import { notify } from "../ui/Notices";
import "./JsonPanel.css";

/** How long the author pauses before the canvas follows, in milliseconds. */
const PAUSE = 300;

export function JsonPanel() {
  const journey = useJourney();
  const journeyId = useEditor((state) => state.journeyId);
  const raw = useText((state) => state.raw);
  const isReadOnly = useEditor((state) => state.isReadOnly) && raw === null;
  const { text, type, settle } = useTyping(journey, raw);
  const read = useMemo(() => readPlaces(text), [text]);
  const problems = useProblems();
  const marks = useMemo(() => marksOf(text, read, problems), [text, read, problems]);
  const { reveal, follow } = useSync(read);
  return (
    <section className="panel json-panel" aria-label="JSON">
      <header className="json-head">
        <h2>JSON</h2>
        <Button look="quiet" aria-label="Copy" title="Copy" onClick={() => void copy(text)}>
          <Icon name="copy" />
        </Button>
        <Button
          look="quiet"
          aria-label="Download"
          title="Download"
          onClick={() => download(`${journeyId}.json`, "application/json", text)}
        >
          <Icon name="download" />
        </Button>
      </header>
      <CodeEditor
        className="json-code"
        label="The journey as JSON"
        language="json"
        value={text}
        onChange={type}
        onCursor={follow}
        onBlur={settle}
        marks={marks}
        isReadOnly={isReadOnly}
        wraps
        reveal={reveal}
      />
      <Foot read={read} text={text} problems={problems} isReadOnly={isReadOnly} isDrawn={raw === null} />
    </section>
  );
}

interface FootProps {
  read: Read;
  text: string;
  problems: readonly ProblemShape[];
  isReadOnly: boolean;
  isDrawn: boolean;
}

/** How text and canvas stand to each other. */
function Foot({ read: { fault }, text, problems, isReadOnly, isDrawn }: FootProps) {
  const isSaved = useSaving((state) => state.status === "saved");
  if (isReadOnly) return <p className="json-foot">To look at only.</p>;
  if (fault) {
    return (
      <div className="json-foot" data-severity="error" role="status">
        <p>
          Line {lineAt(text, fault.from)}: {fault.message} The canvas waits until it can be read.
        </p>
        {!isSaved && (
          <Button title="Save the text although it is no JSON" onClick={() => void saveNow()}>
            Save as it is
          </Button>
        )}
      </div>
    );
  }
  const [first] = problems;
  if (!isDrawn) {
    return (
      <p className="json-foot" data-severity="error" role="status">
        {first ? `${first.pointer || "The document"}: ${first.message}` : "This is no journey yet."} The canvas waits
        until it can be drawn.
      </p>
    );
  }
  return (
    <p className="json-foot" role="status">
      Text and canvas are the same.
    </p>
  );
}

/** What stands in the field: the text as typed while it says what the journey says, else the journey's own. */
function useTyping(journey: Journey | null, raw: string | null) {
  const [typed, setTyped] = useState<{ text: string; journey: Journey | null } | null>(null);
  const timer = useRef(0);
  const waiting = useRef<string | null>(null);

  const apply = (text: string) => {
    waiting.current = null;
    const next = readJourney(text);
    const { keep } = useText.getState();
    if (next === null || readPlaces(text).fault !== null) {
      keep(text);
      return;
    }
    keep(null);
    const editor = useEditor.getState();
    if (editor.history === null) editor.open(editor.journeyId, next);
    else
      editor.edit(
        "Edit as text",
        (before) => ({ journey: sharing(next, before), select: keptSelection(next) }),
        "json",
      );
    setTyped({ text, journey: useEditor.getState().history?.present.journey ?? null });
  };
  const flush = useEffectEvent(() => {
    clearTimeout(timer.current);
    if (waiting.current !== null) apply(waiting.current);
  });
  useEffect(() => () => flush(), []);

  const isOurs = typed !== null && (waiting.current !== null || typed.journey === journey);
  return {
    text: isOurs ? typed.text : (raw ?? (journey ? textOf(journey) : "")),
    type: (text: string) => {
      setTyped({ text, journey });
      waiting.current = text;
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => apply(text), PAUSE);
    },
    /** The author has left: what can be drawn is shown as it will be saved. */
    settle: () => {
      flush();
      if (useText.getState().raw === null) setTyped(null);
    },
  };
}

/** The selected card is shown in the text, and the text under the cursor is selected on the canvas. */
function useSync({ places }: Read) {
  const { steps } = useSelection();
  const selected = steps.at(-1);
  const [reveal, setReveal] = useState<Revealed | null>(null);
  const byCursor = useRef<string | undefined>(undefined);
  const show = useEffectEvent((id: string | undefined) => {
    const place = id === undefined || id === byCursor.current ? undefined : places.get(`/steps/${id}`);
    byCursor.current = undefined;
    if (place) setReveal({ ...place });
  });
  useEffect(() => show(selected), [selected]);
  return {
    reveal,
    follow: (position: number) => {
      const id = /^\/steps\/([^/]+)/.exec(pointerAt(places, position))?.[1];
      if (id === undefined || id === selected) return;
      const editor = useEditor.getState();
      if (!editor.history || !(id in editor.history.present.journey.steps)) return;
      byCursor.current = id;
      editor.select({ steps: [id], way: null });
    },
  };
}

function keptSelection(journey: Journey) {
  const steps = useEditor.getState().history?.present.selection.steps ?? [];
  return { steps: steps.filter((id) => id in journey.steps), way: null };
}

function marksOf(text: string, { places, fault }: Read, problems: readonly ProblemShape[]): Mark[] {
  if (fault) return [{ ...fault, severity: "error" }];
  return problems.flatMap(({ pointer, message, hint, severity }) => {
    const place = placeOf(places, pointer);
    if (place === null) return [];
    const marked = beginningOf(text, place);
    return [{ ...marked, severity: severity === "error" ? "error" : "warning", message: `${message} ${hint}`.trim() }];
  });
}

/** Of an object or a list: its name and the bracket; of anything else, all of it. */
function beginningOf(text: string, { from, to }: Place): Place {
  if (!/[}\]]/.test(text[to - 1] ?? "")) return { from, to };
  return { from, to: Math.min(to, from + text.slice(from, to).search(/[{[]/) + 1) };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** Over plain http there is no clipboard for pages. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify({ text: "Copied." });
  } catch {
    notify({ text: "This browser does not let the page copy. Select the text and press Ctrl+C." });
  }
}
