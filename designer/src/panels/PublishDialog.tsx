/** What publishing would change, and for whom. */
export function PublishDialog() {
  return null;
}
