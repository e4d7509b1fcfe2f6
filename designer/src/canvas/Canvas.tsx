/** The journey as a picture: cards, branches, and a plus wherever a step can stand. */
export function Canvas() {
  return null;
}
