/** Name, commands and state of the open journey. */
export function TopBar() {
  return null;
}
