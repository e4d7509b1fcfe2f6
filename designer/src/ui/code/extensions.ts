/** What the code field is made of: keys, colours, marks, and the changes that come from outside. Knows CodeMirror, no journey. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import {
  Annotation,
  Compartment,
  EditorState,
  type Extension,
  StateEffect,
  StateField,
  type TransactionSpec,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { CodeEditorProps, Mark, Revealed, Suggestion } from "./CodeEditor";
import { colours, look } from "./look";

/** Marks what the page wrote, not the author. */
export const fromOutside = Annotation.define<true>();

/** HTML brings the grammars of CSS and JavaScript, too: loaded when it is first written. */
const LANGUAGES: Readonly<Record<CodeEditorProps["language"], () => Promise<Extension>>> = {
  json: async () => json(),
  html: async () => (await import("./html")).markup(),
  text: async () => [],
};

const grammar = new Compartment();
const comforts = new Compartment();
const access = new Compartment();

/** The colours of a language, once they are there. */
export async function colouring(language: CodeEditorProps["language"]): Promise<TransactionSpec> {
  return { effects: grammar.reconfigure(await LANGUAGES[language]()) };
}

/** Show where something is wrong: made for the state that is there by then. */
export async function marking(marks: readonly Mark[]): Promise<(state: EditorState) => TransactionSpec> {
  const { showing } = await import("./comforts");
  return (state) => showing(state, marks);
}

/** What one can write without: search, brackets that close themselves, and words to choose from. */
export async function comforting(
  language: CodeEditorProps["language"],
  suggestions: readonly Suggestion[],
): Promise<TransactionSpec> {
  const loaded = await import("./comforts");
  return { effects: comforts.reconfigure(loaded.comforts(suggestions, language !== "text")) };
}

/** The state a field begins with. */
export function opening(props: CodeEditorProps, extra: Extension): EditorState {
  const isText = props.language === "text";
  return EditorState.create({
    doc: props.value,
    extensions: [
      isText ? [] : [lineNumbers(), highlightActiveLineGutter(), foldGutter(), bracketMatching()],
      history(),
      drawSelection(),
      indentOnInput(),
      highlightActiveLine(),
      keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap]),
      grammar.of([]),
      comforts.of([]),
      syntaxHighlighting(colours),
      look,
      lit,
      props.wraps || isText ? EditorView.lineWrapping : [],
      EditorView.contentAttributes.of({
        "aria-label": props.label,
        tabindex: "0",
        spellcheck: isText ? "true" : "false",
      }),
      access.of(accessOf(props.isReadOnly ?? false)),
      extra,
    ],
  });
}

/** Write a text that came from outside: only what differs, so that the cursor stays. Null when nothing differs. */
export function replacing(state: EditorState, text: string): TransactionSpec | null {
  const old = state.doc.toString();
  if (old === text) return null;
  let from = 0;
  while (from < old.length && from < text.length && old[from] === text[from]) from += 1;
  let tail = 0;
  const most = Math.min(old.length, text.length) - from;
  while (tail < most && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  const changes = { from, to: old.length - tail, insert: text.slice(from, text.length - tail) };
  return { changes, annotations: fromOutside.of(true) };
}

/** Light a range and bring it into view. */
export function revealing(state: EditorState, { from, to }: Revealed): TransactionSpec {
  const end = state.doc.length;
  const range = { from: Math.min(from, end), to: Math.min(to, end) };
  return {
    effects: [light.of(range), EditorView.scrollIntoView(range.from, { y: "start", yMargin: 24 })],
    annotations: fromOutside.of(true),
  };
}

export function reading(isReadOnly: boolean): TransactionSpec {
  return { effects: access.reconfigure(accessOf(isReadOnly)) };
}

function accessOf(isReadOnly: boolean): Extension {
  return isReadOnly ? EditorState.readOnly.of(true) : [];
}

const light = StateEffect.define<Revealed>();

/** The lines that are lit, until others are. */
const lit = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let now = before.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(light)) continue;
      const first = transaction.state.doc.lineAt(effect.value.from).number;
      const last = transaction.state.doc.lineAt(effect.value.to).number;
      const lines = Array.from({ length: last - first + 1 }, (_, index) => transaction.state.doc.line(first + index));
      now = Decoration.set(lines.map((line) => Decoration.line({ class: "cm-lit" }).range(line.from)));
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});
