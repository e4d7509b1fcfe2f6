/** HTML for the code field. */
import { html } from "@codemirror/lang-html";

export function markup() {
  return html({ autoCloseTags: true, matchClosingTags: true });
}
