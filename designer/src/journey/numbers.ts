/** Numbers that readers of JSON keep digit by digit; the engine refuses the others, and this page must not change them. */

/** A text in quotes, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const MANY_DIGITS = /\d{16}|\d[eE]/;
/** From here on numbers are written with an exponent, and stay what they are. */
const WRITTEN_OUT = 1e21;

/** Whether a number, as it is written in JSON, is the same when it has been read and written. */
export function isKept(number: string): boolean {
  const value = Number(number);
  if (/^-?\d+$/.test(number)) return Number.isSafeInteger(value);
  const isWrittenOut = Number.isInteger(value) && Math.abs(value) < WRITTEN_OUT;
  return Number.isFinite(value) && (!isWrittenOut || Number.isSafeInteger(value));
}

/** The first number of a JSON text that is not kept; null where all are. */
export function lostNumber(text: string): string | null {
  if (!MANY_DIGITS.test(text)) return null;
  for (const [token] of text.matchAll(TOKEN)) if (!token.startsWith('"') && !isKept(token)) return token;
  return null;
}

/** What an author is told of it. */
export function sayLost(number: string): string {
  return `${number} has more digits than numbers keep. Write it in quotes, as a text.`;
}

/** The number in a text; null where there is none, or one that would be another when it is read again. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  const value = Number(plain);
  return plain === "" || !Number.isFinite(value) || !isKept(plain) ? null : value;
}
