/** How long after the beginning somebody gets to a step: "+3 d". */
export function CardTime({ id: _ }: { id: string }) {
  return null;
}
