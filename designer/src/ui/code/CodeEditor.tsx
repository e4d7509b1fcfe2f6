/** A text field for code: coloured, marked where something is wrong. What draws it is loaded when it is first shown. */
import { lazy, Suspense } from "react";
import "./CodeEditor.css";

/** A place where something is wrong, in characters from the beginning of the text. */
export interface Mark {
  from: number;
  to: number;
  severity: "error" | "warning";
  message: string;
}

/** A range to show; a new object shows it again. */
export interface Revealed {
  from: number;
  to: number;
}

/** A word offered while typing. */
export interface Suggestion {
  label: string;
  /** What stands behind it, small. */
  detail?: string;
  /** What is written instead of the label. */
  insert?: string;
}

export interface CodeEditorProps {
  /** What the text is; a change from outside leaves the cursor where it was. */
  value: string;
  language: "json" | "html" | "text";
  /** What screen readers call the field. */
  label: string;
  onChange?: (value: string) => void;
  /** Where the cursor is, whenever the author moves it. */
  onCursor?: (position: number) => void;
  onBlur?: () => void;
  marks?: readonly Mark[];
  isReadOnly?: boolean;
  /** Scrolled into view and lit. */
  reveal?: Revealed | null;
  /** Offered after `{{`, or anywhere on Ctrl+Space. */
  suggestions?: readonly Suggestion[];
  /** Long lines are wrapped; without it, they scroll. */
  wraps?: boolean;
  className?: string;
}

const Editing = lazy(() => import("./Editing"));

export function CodeEditor(props: CodeEditorProps) {
  return (
    <div className={`code ${props.className ?? ""}`}>
      <Suspense fallback={<pre className="code-loading">{props.value}</pre>}>
        <Editing {...props} />
      </Suspense>
    </div>
  );
}
