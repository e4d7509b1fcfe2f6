/** The code field itself. It lives in a shadow root, where its styles need no exception from the page's security policy. */
import type { TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import type { CodeEditorProps } from "./CodeEditor";
import { colouring, comforting, fromOutside, marking, opening, reading, replacing, revealing } from "./extensions";

export default function Editing(props: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const { value, language, marks, isReadOnly = false, reveal, suggestions } = props;

  const changed = useEffectEvent((text: string) => props.onChange?.(text));
  const moved = useEffectEvent((position: number) => props.onCursor?.(position));
  const left = useEffectEvent(() => props.onBlur?.());
  const begin = useEffectEvent(() =>
    opening(props, [
      EditorView.updateListener.of((update) => {
        const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside));
        if (update.docChanged && !isOurs) changed(update.state.doc.toString());
        if (update.selectionSet && !isOurs) moved(update.state.selection.main.head);
        if (update.focusChanged && !update.view.hasFocus) left();
      }),
    ]),
  );

  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const made = new EditorView({ state: begin(), parent: root, root });
    view.current = made;
    later(view, made, colouring(language));
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [language]);

  // At once with the rendering: a key that comes between the two would be taken back.
  useLayoutEffect(() => {
    const change = view.current && replacing(view.current.state, value);
    if (change) view.current?.dispatch(change);
  }, [value]);
  useEffect(() => {
    const field = view.current;
    marking(marks ?? []).then(
      (show) => field === view.current && field?.dispatch(show(field.state)),
      () => {},
    );
  }, [marks]);
  useEffect(() => view.current?.dispatch(reading(isReadOnly)), [isReadOnly]);
  useEffect(() => later(view, view.current, comforting(language, suggestions ?? [])), [suggestions, language]);
  useEffect(() => {
    if (reveal && view.current) view.current.dispatch(revealing(view.current.state, reveal));
  }, [reveal]);

  return <div ref={place} className="code-place" />;
}

/** Change the field when the change is ready, unless it is gone by then. */
function later(view: RefObject<EditorView | null>, field: EditorView | null, change: Promise<TransactionSpec>): void {
  change.then(
    (ready) => field === view.current && field?.dispatch(ready),
    () => {},
  );
}
