import { expect, test } from "vitest";
import { hintAt } from "./hints";

test("help and limits come from the schema, through references", () => {
  expect(hintAt("/$defs/AbBranch/properties/weight")).toMatchObject({ minimum: 0, maximum: 100 });
  expect(hintAt("/$defs/AbBranch/properties/weight").help).toContain("Percent");
  expect(hintAt("/$defs/Wait/properties/until_local/properties/time").help).toContain("09:00");
  expect(hintAt("/properties/name").maxLength).toBe(200);
});

test("a field that does not exist has an empty hint", () => {
  expect(hintAt("/$defs/Nothing/properties/at_all")).toMatchObject({ help: null, maxLength: null });
});
