/** Fields of a document changed: pure, for any part of it. */

/** A copy with some fields changed; undefined takes a field out. */
export function patched<T extends object>(value: T, patch: { [K in keyof T]?: T[K] | undefined }): T {
  const changed: T = Object.assign({ ...value }, patch);
  for (const [name, next] of Object.entries(patch)) if (next === undefined) Reflect.deleteProperty(changed, name);
  return changed;
}

/** What a field is in the document: an empty text is left out of it. */
export function optional(text: string): string | undefined {
  return text === "" ? undefined : text;
}
