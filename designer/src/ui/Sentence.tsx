/** A sentence of the server's: what stands between backticks is a name of the document. */
export function Sentence({ text }: { text: string }) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}
