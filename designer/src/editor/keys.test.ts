import { expect, test } from "vitest";
import { isPressed, type Pressed, sayKeys } from "./keys";

function press(key: string, held: Partial<Pressed> = {}): Pressed {
  return { key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
}

test("Mod is Ctrl, and Command on a Mac", () => {
  expect(isPressed("Mod+Z", press("z", { ctrlKey: true }), false)).toBe(true);
  expect(isPressed("Mod+Z", press("z", { ctrlKey: true }), true)).toBe(false);
  expect(isPressed("Mod+Z", press("z", { metaKey: true }), true)).toBe(true);
});

test("Shift tells letters apart, but not signs that are typed with it", () => {
  expect(isPressed("Mod+Z", press("Z", { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  expect(isPressed("Mod+Shift+Z", press("Z", { ctrlKey: true, shiftKey: true }), false)).toBe(true);
  expect(isPressed("?", press("?", { shiftKey: true }), false)).toBe(true);
  expect(isPressed("/", press("/"), false)).toBe(true);
  expect(isPressed("+", press("+", { shiftKey: true }), false)).toBe(true);
});

test("Alt may turn a letter into another", () => {
  expect(isPressed("Alt+S", press("ß", { altKey: true, code: "KeyS" }), true)).toBe(true);
});

test("keys are written as people read them", () => {
  expect(sayKeys("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
  expect(sayKeys("Mod+Shift+Z", true)).toBe("⌘⇧Z");
  expect(sayKeys("Alt+ArrowUp", false)).toBe("Alt+↑");
  expect(sayKeys("+", false)).toBe("+");
});
