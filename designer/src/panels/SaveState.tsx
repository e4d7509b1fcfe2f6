/** Whether the draft is saved, and what to do when it is not. */
export function SaveState() {
  return null;
}
