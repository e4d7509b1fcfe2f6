/** A sample person's way through the journey, in virtual time. */
export function TryPanel() {
  return null;
}
