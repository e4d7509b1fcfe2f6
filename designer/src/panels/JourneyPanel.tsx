/** Name, entry, re-entry and exit of the journey. */
export function JourneyPanel() {
  return null;
}
