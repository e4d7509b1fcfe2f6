import { beforeEach, expect, test } from "vitest";
import { hideTrace, showTrace, type Trace, useTraceState } from "./trace";

const decision = (step: string | null, outcome: string, branch: string | null = null) => ({
  step,
  outcome,
  branch,
  grounds: {},
});

const TRACE: Trace = {
  stages: [
    {
      at: "",
      local: "",
      mails: [],
      decisions: [decision("out", "assigned", "travels"), decision("nap", "began_waiting")],
    },
    { at: "", local: "", mails: [], decisions: [decision("nap", "waited"), decision("plan", "branched", "pro")] },
    { at: "", local: "", mails: [], decisions: [decision(null, "exited")] },
  ],
  ended: { status: "exited", reason: "exit_when" },
};

beforeEach(hideTrace);

test("the path is lit as far as the author looks", () => {
  showTrace(TRACE, 1);
  expect([...useTraceState.getState().steps]).toEqual([
    ["out", "passed"],
    ["nap", "here"],
  ]);
  expect([...useTraceState.getState().ways]).toEqual(["/", "out/travels"]);
});

test("whole, it has passed everything: whoever has left stands nowhere", () => {
  showTrace(TRACE);
  expect([...useTraceState.getState().steps.values()]).toEqual(["passed", "passed", "passed"]);
  expect(useTraceState.getState().ways.has("nap/")).toBe(true);
  expect(useTraceState.getState().ways.has("plan/pro")).toBe(true);
});
