/** Every journey of the project. */
export function JourneysPage() {
  return <main>Journeys</main>;
}
