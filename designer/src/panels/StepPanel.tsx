/** The fields of the selected step. */
export function StepPanel() {
  return null;
}
