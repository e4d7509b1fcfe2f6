/** How the code field looks: the tokens of the page reach into its shadow root. */
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.tagName], color: "var(--message)" },
  { tag: [tags.string, tags.attributeValue], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null, tags.attributeName], color: "var(--choice)" },
  { tag: [tags.comment, tags.angleBracket, tags.separator, tags.brace, tags.squareBracket], color: "var(--text-soft)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const FOCUS = { outline: "2px solid var(--accent)", outlineOffset: "-2px" };

export const look = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", color: "var(--text)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 8px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { border: "none", color: "var(--text-soft)", backgroundColor: "var(--surface)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "28px", padding: "0 4px 0 8px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 2px", cursor: "pointer" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  // Its own pictures are addresses with data in them; a dot does.
  ".cm-lint-marker": {
    width: "7px",
    height: "7px",
    margin: "6px 4px 0",
    borderRadius: "50%",
  },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--warn)" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--bad)" },
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy var(--warn)", textUnderlineOffset: "3px" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--bad)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklab, transparent, var(--hover) 60%)" },
  ".cm-activeLineGutter": { color: "var(--text)", backgroundColor: "transparent" },
  // The selection lies behind the lines.
  ".cm-lit": { backgroundColor: "color-mix(in oklab, transparent, var(--accent) 12%)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklab, transparent, var(--accent) 28%)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in oklab, transparent, var(--accent) 22%)",
  },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in oklab, var(--warn-soft), var(--warn) 30%)" },
  ".cm-foldPlaceholder": {
    padding: "0 6px",
    border: "none",
    color: "var(--text-soft)",
    backgroundColor: "var(--sunken)",
  },
  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--sunken)", fontFamily: "var(--font)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 32px 6px 8px" },
  ".cm-panel.cm-search :is(label, input, button)": { fontSize: "12px" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", minHeight: "24px" },
  ".cm-panel.cm-search [name=close]": { width: "24px", height: "24px", color: "var(--text)" },
  ".cm-textfield": {
    minHeight: "24px",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    color: "var(--text)",
    backgroundColor: "var(--surface)",
  },
  ".cm-button": {
    minHeight: "24px",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    color: "var(--text)",
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
  },
  ".cm-button:active": { backgroundImage: "none", backgroundColor: "var(--hover)" },
  ".cm-button:focus-visible, .cm-textfield:focus-visible": FOCUS,
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-small)",
    color: "var(--text)",
    backgroundColor: "var(--raised)",
    boxShadow: "var(--float)",
    fontFamily: "var(--font)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "4px 8px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--text)", backgroundColor: "var(--accent-soft)" },
  ".cm-completionDetail": { color: "var(--text-soft)", fontStyle: "normal" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeft: "3px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
});
