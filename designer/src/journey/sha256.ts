/** SHA-256 (FIPS 180-4), for the salt of a draw: the browser's own is missing where the page came over plain http. Pure. */

const PRIMES = (() => {
  const found: number[] = [];
  for (let number = 2; found.length < 64; number++)
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  return found;
})();
/** The first 32 bits of the fraction of a root. */
const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const BLOCK = 64;

/** The hash of a text's UTF-8, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  // One bit, zeros, and the length in bits, up to whole blocks.
  const view = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(bytes.length, 0x80);
  view.setBigUint64(view.byteLength - 8, BigInt(bytes.length) * 8n);
  let state = START;
  for (let at = 0; at < view.byteLength; at += BLOCK) state = mixed(state, wordsOf(view, at));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function wordsOf(view: DataView, at: number): number[] {
  const words = Array.from({ length: 16 }, (_, place) => view.getInt32(at + place * 4));
  for (let place = 16; place < 64; place++) {
    const [a = 0, b = 0, c = 0, d = 0] = [16, 15, 7, 2].map((back) => words[place - back]);
    const low = turned(b, 7) ^ turned(b, 18) ^ (b >>> 3);
    const high = turned(d, 17) ^ turned(d, 19) ^ (d >>> 10);
    words.push((a + low + c + high) | 0);
  }
  return words;
}

function mixed(state: readonly number[], words: readonly number[]): number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (const [place, word] of words.entries()) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + (ROUNDS[place] ?? 0) + word) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => (word + (state[place] ?? 0)) | 0);
}
