import { expect, test } from "vitest";
import { begin, type History, record, redo, undo } from "./history";

function edited(...states: readonly string[]): History<string> {
  return states.reduce((history, state) => record(history, `to ${state}`, state), begin("a"));
}

test("an edit is taken back and made again", () => {
  const history = edited("b", "c");

  expect(undo(history).present).toBe("b");
  expect(undo(history).future[0]?.label).toBe("to c");
  expect(redo(undo(history)).present).toBe("c");
  expect(redo(undo(undo(undo(history)))).present).toBe("b");
});

test("what was taken back is gone after another edit", () => {
  const history = record(undo(edited("b", "c")), "to d", "d");

  expect(history.future).toEqual([]);
  expect(undo(history).present).toBe("b");
});

test("typing in one field is one edit, until something else comes between", () => {
  let history = begin("");
  for (const state of ["h", "he", "hey"]) history = record(history, "Change name", state, "name");
  expect(undo(history).present).toBe("");

  history = record(history, "Change note", "hey!", "note");
  history = record(history, "Change name", "hey!!", "name");
  expect(undo(history).present).toBe("hey!");
});

test("typing after an undo or a redo is an edit of its own", () => {
  const typed = record(begin(""), "Change name", "h", "name");

  expect(undo(record(undo(typed), "Change name", "x", "name")).present).toBe("");
  expect(undo(record(redo(undo(typed)), "Change name", "hx", "name")).present).toBe("h");
});

test("200 edits can be taken back, not more", () => {
  let history = begin(0);
  for (let count = 1; count <= 250; count++) history = record(history, "Count", count);
  for (let count = 0; count < 300; count++) history = undo(history);

  expect(history.present).toBe(50);
  expect(history.past).toEqual([]);
});

test("undo and redo of nothing change nothing", () => {
  const history = begin("a");

  expect(undo(history)).toBe(history);
  expect(redo(history)).toBe(history);
});
