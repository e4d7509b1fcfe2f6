/** Plain JSON values: what may be anything is asked here before it is used. Knows no journey. */

/** An object of JSON, whatever its fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object with fields; a list is none. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two values say the same; the order of fields means nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** The value at a JSON Pointer without escapes; undefined where there is none. */
export function valueAt(root: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (place, name) =>
        typeof place === "object" && place !== null && Object.hasOwn(place, name)
          ? Reflect.get(place, name)
          : undefined,
      root,
    );
}
