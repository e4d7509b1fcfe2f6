/** The people of one journey. */
export function PeoplePage({ id }: { id: string }) {
  return <main>{id}</main>;
}
