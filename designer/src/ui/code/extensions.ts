/** What the code field is made of: keys, colours, marks, and the changes that come from outside. Knows CodeMirror, no journey. */
import {
  autocompletion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { html } from "@codemirror/lang-html";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
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

const LANGUAGES: Readonly<Record<CodeEditorProps["language"], () => Extension>> = {
  json,
  html: () => html({ autoCloseTags: true, matchClosingTags: true }),
  text: () => [],
};

const access = new Compartment();
const offers = new Compartment();

interface Opening extends CodeEditorProps {
  isReadOnly: boolean;
  suggestions: readonly Suggestion[];
}

/** The state a field begins with. */
export function opening(props: Opening, extra: Extension): EditorState {
  const isText = props.language === "text";
  return EditorState.create({
    doc: props.value,
    extensions: [
      isText ? [] : [lineNumbers(), highlightActiveLineGutter(), foldGutter(), bracketMatching(), lintGutter()],
      history(),
      drawSelection(),
      indentOnInput(),
      closeBrackets(),
      highlightActiveLine(),
      search({ top: true }),
      keymap.of([
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
        ...completionKeymap,
      ]),
      LANGUAGES[props.language](),
      syntaxHighlighting(colours),
      look,
      lit,
      props.wraps || isText ? EditorView.lineWrapping : [],
      EditorView.contentAttributes.of({ "aria-label": props.label, spellcheck: isText ? "true" : "false" }),
      access.of(accessOf(props.isReadOnly)),
      offers.of(offersOf(props.suggestions)),
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

/** Show where something is wrong. */
export function showing(state: EditorState, marks: readonly Mark[]): TransactionSpec {
  const end = state.doc.length;
  const diagnostics: Diagnostic[] = marks.map(({ from, to, severity, message }) => ({
    from: Math.min(from, end),
    to: Math.min(to, end),
    severity,
    message,
  }));
  return setDiagnostics(state, diagnostics);
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

export function suggesting(suggestions: readonly Suggestion[]): TransactionSpec {
  return { effects: offers.reconfigure(offersOf(suggestions)) };
}

function accessOf(isReadOnly: boolean): Extension {
  return isReadOnly ? EditorState.readOnly.of(true) : [];
}

function offersOf(suggestions: readonly Suggestion[]): Extension {
  if (suggestions.length === 0) return [];
  const source: CompletionSource = (context) => {
    const written = context.matchBefore(/\{\{\s*[\w.]*/);
    if (written === null && !context.explicit) return null;
    const name = context.matchBefore(/[\w.]+/);
    return {
      from: name?.from ?? context.pos,
      options: suggestions.map(({ label, detail, insert }) => ({
        label,
        ...(detail === undefined ? {} : { detail }),
        ...(insert === undefined ? {} : { apply: insert }),
      })),
      validFor: /^[\w.]*$/,
    };
  };
  return autocompletion({ override: [source], icons: false });
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
