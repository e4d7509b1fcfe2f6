/** Where each value of a JSON text stands, and where the text stops being JSON. Knows no journey. */

import { isKept, sayLost } from "./numbers";

/** A range of characters; `to` is behind the last one. */
export interface Place {
  from: number;
  to: number;
}

/** The first thing in a text that is no JSON. */
export interface Fault extends Place {
  /** A sentence for the author. */
  message: string;
}

export interface Read {
  /** By JSON Pointer: the value, with its key where it has one. */
  places: ReadonlyMap<string, Place>;
  /** Null where all of it is JSON. */
  fault: Fault | null;
}

/** Read a text as far as it is JSON: everything before the fault has its place. */
export function readPlaces(text: string): Read {
  const reading = new Reading(text);
  try {
    reading.whole();
    return { places: reading.places, fault: null };
  } catch (fault) {
    if (fault instanceof Stop) return { places: reading.places, fault: fault.fault };
    throw fault;
  }
}

/** The place of a pointer, or of what would hold it: a problem may name what is not there. */
export function placeOf(places: ReadonlyMap<string, Place>, pointer: string): Place | null {
  for (let rest = pointer; ; rest = rest.slice(0, rest.lastIndexOf("/"))) {
    const place = places.get(rest);
    if (place !== undefined) return place;
    if (rest === "") return null;
  }
}

/** The pointer of the innermost value at a position. */
export function pointerAt(places: ReadonlyMap<string, Place>, position: number): string {
  let found = "";
  let size = Number.POSITIVE_INFINITY;
  for (const [pointer, { from, to }] of places) {
    if (from > position || to < position || to - from > size) continue;
    found = pointer;
    size = to - from;
  }
  return found;
}

class Stop extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const STRING = /"(?:[^"\\\n\r]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const DEEPEST = 500;

class Reading {
  readonly places = new Map<string, Place>();
  #at = 0;

  constructor(readonly text: string) {}

  whole(): void {
    this.#value("", null, 0);
    this.#space();
    if (this.#at < this.text.length) this.#stop("Nothing may follow after the end of the journey.");
  }

  #value(pointer: string, start: number | null, depth: number): void {
    this.#space();
    const from = start ?? this.#at;
    if (depth > DEEPEST) this.#stop("This is nested too deeply.");
    const first = this.text[this.#at];
    if (first === "{") this.#object(pointer, from, depth);
    else if (first === "[") this.#list(pointer, depth);
    else if (first === '"') this.#string();
    else this.#plain();
    this.places.set(pointer, { from, to: this.#at });
  }

  #object(pointer: string, from: number, depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#take("}")) return;
    const seen = new Set<string>();
    for (;;) {
      const start = this.#at;
      if (this.text[start] !== '"')
        this.#stop(start >= this.text.length ? UNENDED : "A name in quotes is missing here.");
      const key = this.#string();
      if (seen.has(key)) this.#stop(`“${key}” is here already.`, { from: start, to: this.#at });
      seen.add(key);
      this.#space();
      if (!this.#take(":")) this.#stop("A colon is missing here.");
      this.#value(`${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, start, depth + 1);
      // What is read so far is shown even if the rest is not there yet.
      this.places.set(pointer, { from, to: this.#at });
      if (this.#isOver("}")) return;
    }
  }

  #list(pointer: string, depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#take("]")) return;
    for (let index = 0; ; index += 1) {
      this.#value(`${pointer}/${index}`, null, depth + 1);
      if (this.#isOver("]")) return;
    }
  }

  /** Whether the list or object ends here; otherwise a comma has been read, and another must follow. */
  #isOver(bracket: "}" | "]"): boolean {
    const end = this.#at;
    this.#space();
    if (this.#take(bracket)) return true;
    const comma = this.#at;
    if (!this.#take(",")) {
      if (this.#at >= this.text.length) this.#stop(UNENDED);
      this.#stop("A comma is missing here.", { from: Math.max(0, end - 1), to: end });
    }
    this.#space();
    if (this.text[this.#at] === bracket) this.#stop("This comma is one too many.", { from: comma, to: comma + 1 });
    return false;
  }

  #string(): string {
    const found = this.#match(STRING);
    if (found === null) {
      const line = this.text.indexOf("\n", this.#at);
      const to = line === -1 ? this.text.length : line;
      this.#stop("This text in quotes is not ended, or has a \\ that means nothing.", { from: this.#at, to });
    }
    const value: unknown = JSON.parse(found);
    return String(value);
  }

  #plain(): void {
    const from = this.#at;
    const number = this.#match(NUMBER);
    if (number !== null && !isKept(number)) this.#stop(sayLost(number), { from, to: this.#at });
    if (number !== null) return;
    const word = this.#match(WORD);
    if (word === "true" || word === "false" || word === "null") return;
    if (from >= this.text.length) this.#stop(UNENDED);
    if (word !== null) this.#stop(`“${word}” needs quotes.`, { from, to: this.#at });
    this.#stop("A value is missing here.");
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(letter: string): boolean {
    if (this.text[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #stop(message: string, place?: Place): never {
    const from = Math.max(0, Math.min(this.#at, this.text.length - 1));
    throw new Stop({ message, ...(place ?? { from, to: Math.min(from + 1, this.text.length) }) });
  }
}

const UNENDED = "The text ends too early.";
