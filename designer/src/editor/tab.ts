/** The name of this tab, the same after a reload; a duplicated tab has one of its own, for the name lies about only while the page is away. */

const KEY = "wend-tab";

function named(): string {
  const fresh = Array.from(crypto.getRandomValues(new Uint8Array(8)), String).join("-");
  try {
    const name = sessionStorage.getItem(KEY) ?? fresh;
    // A duplicate begins with all that lies here.
    sessionStorage.removeItem(KEY);
    addEventListener("pagehide", () => sessionStorage.setItem(KEY, name));
    addEventListener("pageshow", () => sessionStorage.removeItem(KEY));
    return name;
  } catch {
    // A browser that keeps nothing: a reload is another tab, then.
    return fresh;
  }
}

export const TAB = named();
