/** Light, dark, or as the system is: remembered in this browser. */
import { notify } from "../ui/Notices";

const PLACE = "wend-scheme";
const SCHEMES = ["system", "light", "dark"] as const;
const SAID = { system: "As light or dark as your system.", light: "Light.", dark: "Dark." } as const;

type Scheme = (typeof SCHEMES)[number];

/** Draw the page as it was asked for last. */
export function applyScheme(): void {
  const scheme = remembered();
  if (scheme === "system") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
}

/** The next one, and say which it is. */
export function nextScheme(): void {
  const scheme = SCHEMES[(SCHEMES.indexOf(remembered()) + 1) % SCHEMES.length] ?? "system";
  try {
    localStorage.setItem(PLACE, scheme);
  } catch {
    // A browser that keeps nothing: then it holds for this page only.
  }
  document.documentElement.dataset.scheme = scheme;
  if (scheme === "system") delete document.documentElement.dataset.scheme;
  notify({ text: SAID[scheme] });
}

function remembered(): Scheme {
  try {
    const kept = localStorage.getItem(PLACE);
    return SCHEMES.find((scheme) => scheme === kept) ?? "system";
  } catch {
    return SCHEMES.find((scheme) => scheme === document.documentElement.dataset.scheme) ?? "system";
  }
}
