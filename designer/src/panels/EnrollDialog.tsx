/** Let oneself in, to see the journey from the inside. */
export function EnrollDialog() {
  return null;
}
