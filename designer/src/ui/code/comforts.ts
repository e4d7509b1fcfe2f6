/** What one can write code without: loaded after the field is there. */
import {
  autocompletion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { search, searchKeymap } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import type { Suggestion } from "./CodeEditor";

export function comforts(suggestions: readonly Suggestion[]): Extension {
  return [
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
