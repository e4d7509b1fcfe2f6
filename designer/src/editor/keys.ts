/** Key combinations as commands write them (`Mod+Shift+Z`): whether an event is one, and how people read it. Pure, but for the kind of keyboard. */

const IS_MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

const SAID: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Delete: "Del",
};
const MAC: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥" };

/** "Ctrl+Shift+Z", or "⇧⌘Z" on a Mac. */
export function sayKeys(keys: string, isMac = IS_MAC): string {
  const parts = partsOf(keys).map(
    (part) => (isMac ? MAC[part] : part === "Mod" ? "Ctrl" : undefined) ?? SAID[part] ?? part,
  );
  return isMac ? parts.join("") : parts.join("+");
}

export interface Pressed {
  key: string;
  /** The key's place, for letters that Alt turns into others. */
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Whether these keys are pressed. Shift counts only with letters and names: "?" is typed with it on some keyboards. */
export function isPressed(keys: string, event: Pressed, isMac = IS_MAC): boolean {
  const parts = partsOf(keys);
  const key = parts.at(-1) ?? "";
  const isLetter = /^[A-Z]$/.test(key);
  const isKey = isLetter
    ? event.key.toUpperCase() === key || (event.altKey && event.code === `Key${key}`)
    : event.key === key;
  const isShiftRight = isLetter || key.length > 1 ? event.shiftKey === parts.includes("Shift") : true;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  return isKey && isShiftRight && mod === parts.includes("Mod") && !other && event.altKey === parts.includes("Alt");
}

/** "+" is a key too. */
function partsOf(keys: string): string[] {
  return keys === "+" ? ["+"] : keys.split("+");
}
