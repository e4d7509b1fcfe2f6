/** What was published, and when. */
export function VersionsPanel() {
  return null;
}
