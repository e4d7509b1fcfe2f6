/** Which branch of a split goes on where the split is taken out. */
import { useState } from "react";
import { branchSteps } from "../journey/tree";
import { waysOf } from "../journey/ways";
import { titleOf } from "../steps/registry";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { remove } from "./adding";
import { closeSheet } from "./desk";
import "./RemovalDialog.css";
import { useJourney } from "./store";

export function RemovalDialog({ stepId }: { stepId: string }) {
  const journey = useJourney();
  const step = journey?.steps[stepId];
  const ways = journey ? waysOf(journey, stepId).filter(({ next }) => next !== null) : [];
  const [keep, setKeep] = useState<string | null>(ways[0]?.pointer ?? null);
  if (!journey || !step) return null;
  const choices = [
    ...ways.map((way) => {
      const count = branchSteps(journey, way).length;
      const next = way.next === null ? undefined : journey.steps[way.next];
      const first = way.next !== null && next ? titleOf(way.next, next) : "";
      return {
        pointer: way.pointer,
        title: `Keep “${way.label ?? "the way on"}”`,
        hint: count > 1 ? `${first} and ${count - 1} more` : first,
      };
    }),
    { pointer: null, title: "Keep none", hint: "Everything below is deleted too" },
  ];
  return (
    <Dialog
      title={`Delete “${titleOf(stepId, step)}”`}
      size="small"
      onClose={closeSheet}
      footer={
        <>
          <Button onClick={closeSheet}>Cancel</Button>
          <Button
            look="danger"
            onClick={() => {
              closeSheet();
              remove([stepId], keep);
            }}
          >
            Delete
          </Button>
        </>
      }
    >
      <fieldset className="removal">
        <legend>The journey goes on along one branch. The others are deleted with the step.</legend>
        {choices.map(({ pointer, title, hint }) => (
          <label key={pointer ?? ""}>
            <input type="radio" name="keep" checked={keep === pointer} onChange={() => setKeep(pointer)} />
            <span>
              {title}
              <small>{hint}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
