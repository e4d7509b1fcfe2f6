/** The journey as a tree: the same steps and commands without a picture. */
export function Outline() {
  return null;
}
