/** What one can write code without: search, suggestions, and the marks of what is wrong. Loaded after the field is there. */
import {
  autocompletion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import type { EditorState, Extension, TransactionSpec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import type { Mark, Suggestion } from "./CodeEditor";

export function comforts(suggestions: readonly Suggestion[], hasGutter: boolean): Extension {
  return [
    hasGutter ? lintGutter() : [],
    closeBrackets(),
    search({ top: true }),
    keymap.of([...closeBracketsKeymap, ...searchKeymap, ...completionKeymap]),
    offersOf(suggestions),
  ];
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
