/** What happened to one person, and why. */
export function PersonPage({ id, participant }: { id: string; participant: string }) {
  return (
    <main>
      {id} {participant}
    </main>
  );
}
