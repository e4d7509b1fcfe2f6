/** The state of the journey, and what can be done about it. */
export function LifecycleMenu() {
  return null;
}
