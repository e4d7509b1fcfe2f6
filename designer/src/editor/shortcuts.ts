/** Keys that are commands. They sleep while somebody types, or while a dialog is open. */
import { useEffect } from "react";
import { look } from "../canvas/view";
import { focusOf } from "../canvas/walking";
import { COMMANDS, perform } from "./commands";
import { situation } from "./commands/command";
import { isAwaited, typeAhead } from "./desk";
import { isPressed } from "./keys";

export function useShortcuts(): void {
  useEffect(() => {
    addEventListener("keydown", keep, true);
    addEventListener("keydown", press);
    return () => {
      removeEventListener("keydown", keep, true);
      removeEventListener("keydown", press);
    };
  }, []);
}

/** What the browser does by itself, and we hear as events of the clipboard. */
const LEFT_TO_THE_BROWSER: readonly string[] = ["copy", "cut", "paste"];

/** What is typed for a list that is about to open is nothing to the card that has the focus until then. */
function keep(event: KeyboardEvent): void {
  // Looking for what is open takes time in a large journey: only where it matters.
  if (isAwaited() && !isSomethingOpen() && !isField(event.target) && typeAhead(event)) event.stopPropagation();
}

function isSomethingOpen(): boolean {
  return document.querySelector("dialog[open], [popover]:popover-open") !== null;
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || isSomethingOpen()) return;
  const isTyping = isField(event.target);
  if (event.key === "Escape" && isInPanel(event.target)) {
    leavePanel(event);
    return;
  }
  const isOurs = event.ctrlKey || event.metaKey || /^F\d+$/.test(event.key);
  if (isTyping && (!isOurs || isFieldKey(event))) return;
  // In the panel, Delete and the arrows are for its own elements.
  if (isInPanel(event.target) && !isOurs && event.key !== "?") return;
  if (event.target === document.body && event.key.startsWith("Arrow") && !event.altKey) {
    focusJourney();
    event.preventDefault();
    return;
  }
  const command = COMMANDS.find(({ keys }) => keys?.some((combination) => isPressed(combination, event)));
  if (command === undefined || LEFT_TO_THE_BROWSER.includes(command.id)) return;
  // Even if it cannot be done now, the browser must not do something else instead.
  if (perform(command.id) || event.ctrlKey || event.metaKey) event.preventDefault();
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isInput = target instanceof HTMLInputElement && !/^(checkbox|radio|range|button)$/.test(target.type);
  // A code editor lives in a shadow root: to the page its host has the focus.
  return isInput || target.matches("textarea, select") || target.isContentEditable || target.shadowRoot !== null;
}

/** What a field does with Ctrl itself: its own undo is ours, for the document holds every keystroke. */
function isFieldKey(event: KeyboardEvent): boolean {
  const inCode = event.target instanceof HTMLElement && event.target.shadowRoot !== null;
  return /^[acvxd]$/i.test(event.key) || (inCode && /^[zyf]$/i.test(event.key)) || event.key === "Enter";
}

function isInPanel(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".editor-panel") !== null;
}

/** The card or plus that is selected, or the first. */
function focusJourney(): void {
  const now = situation();
  if (now) look((view) => view.focus(focusOf(now.journey, now.selection)));
}

/** From the panel back to the card it shows. */
function leavePanel(event: KeyboardEvent): void {
  event.preventDefault();
  focusJourney();
}
