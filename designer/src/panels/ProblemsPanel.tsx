/** Everything that is wrong, each leading to its place. */
export function ProblemsPanel() {
  return null;
}
