/** Everything by its name: commands, steps and journeys in one list. */
import { useEffect, useMemo, useState } from "react";
import type { Page_JourneySummary_ } from "../api/api.gen";
import { get } from "../api/client";
import { goTo } from "../canvas/pointing";
import { COMMANDS, canPerform, perform } from "../editor/commands";
import { closeSheet, typedAhead } from "../editor/desk";
import { sayKeys } from "../editor/keys";
import { useJourney } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import { order } from "../journey/tree";
import { go, pathTo } from "../routes";
import { kindOf, summaryOf, titleOf } from "../steps/registry";
import { Dialog } from "./Dialog";
import { type Pick, PickList } from "./PickList";

/** `find` limits it to the steps of the journey. */
export function CommandPalette({ find }: { find?: "steps" | undefined }) {
  const journey = useJourney();
  const journeys = useJourneyPicks(find === undefined);
  const picks = useMemo(() => {
    const steps = journey === null ? [] : stepPicks(journey);
    return find === "steps" ? steps : [...commandPicks(), ...steps, ...journeys];
  }, [find, journey, journeys]);
  return (
    <Dialog title={find === "steps" ? "Find a step" : "Commands"} onClose={closeSheet} isBare>
      <PickList
        label={find === "steps" ? "Steps" : "Commands, steps and journeys"}
        placeholder={find === "steps" ? "Find a step…" : "What would you like to do?"}
        picks={picks}
        empty="Nothing is called like this."
        onPicked={closeSheet}
        typed={typedAhead}
      />
    </Dialog>
  );
}

function commandPicks(): Pick[] {
  return COMMANDS.filter((command) => command.id !== "palette" && canPerform(command)).map(
    ({ id, title, words, icon, keys }) => ({
      id: `command:${id}`,
      title,
      group: "Commands",
      ...(words && { words }),
      ...(icon && { icon }),
      ...(keys?.[0] && { keys: sayKeys(keys[0]) }),
      perform: () => perform(id),
    }),
  );
}

function stepPicks(journey: Journey): Pick[] {
  return order(journey).flatMap((id): Pick[] => {
    const step = journey.steps[id];
    if (step === undefined) return [];
    const { icon, hue, title } = kindOf(step);
    return [
      {
        id: `step:${id}`,
        title: titleOf(id, step),
        hint: summaryOf(step) || title,
        words: [id, title],
        group: "Steps",
        path: icon,
        hue,
        perform: () => goTo({ step: id }),
      },
    ];
  });
}

function useJourneyPicks(isWanted: boolean): Pick[] {
  const [picks, setPicks] = useState<Pick[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    const leaving = new AbortController();
    get<Page_JourneySummary_>("/v1/journeys", leaving.signal)
      .then(({ results }) =>
        setPicks(
          results.map(({ id, name }) => ({
            id: `journey:${id}`,
            title: name,
            words: [id],
            group: "Journeys",
            icon: "canvas",
            perform: () => go(pathTo({ page: "journey", id })),
          })),
        ),
      )
      // Without an answer there are the commands still.
      .catch(() => {});
    return () => leaving.abort();
  }, [isWanted]);
  return picks;
}
