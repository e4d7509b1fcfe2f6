/** The document as text. */
export function JsonPanel() {
  return null;
}
