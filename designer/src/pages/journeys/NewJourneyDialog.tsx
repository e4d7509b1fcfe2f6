/** A new journey: what it is called, and what it begins with. */
import { useEffect, useId, useState } from "react";
import { sayFailure } from "../../editor/standing";
import type { Journey } from "../../journey/journey.gen";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { EXAMPLES, type Example, loadExamples } from "./examples";
import { MiniGraph } from "./MiniGraph";
import { BLANK, idFor, makeJourney } from "./making";
import "./NewJourneyDialog.css";

interface Props {
  /** The example to begin with; none is a blank one. */
  like?: string | undefined;
  onClose: () => void;
  onImport: () => void;
}

export function NewJourneyDialog({ like = "", onClose, onImport }: Props) {
  const examples = useExamples();
  const form = useId();
  const [chosen, setChosen] = useState(like);
  const [name, setName] = useState("");
  const [failure, setFailure] = useState("");
  const example = examples.find(({ id }) => id === chosen);
  const fallback = example?.journey.name ?? "Untitled journey";

  const make = async () => {
    try {
      await makeJourney(name.trim() || fallback, example?.journey ?? BLANK);
    } catch (error) {
      setFailure(sayFailure(error));
    }
  };

  return (
    <Dialog
      title="New journey"
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" className="new-import" onClick={onImport}>
            Import a file…
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form}>
            Create journey
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="new-journey"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label className="new-name">
          <span>Name</span>
          <input
            ref={focusedFirst}
            value={name}
            placeholder={fallback}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
          />
          <small>
            Its file will be <code>{idFor(name.trim() || fallback)}.json</code>
          </small>
        </label>
        <fieldset>
          <legend>Begin with</legend>
          <div className="new-choices">
            <Choice id="" title="Blank" hint="An empty canvas." isChosen={chosen === ""} onChoose={setChosen} />
            {examples.map(({ id, journey }) => (
              <Choice
                key={id}
                id={id}
                title={journey.name}
                hint={EXAMPLES[id] ?? ""}
                journey={journey}
                isChosen={chosen === id}
                onChoose={setChosen}
              />
            ))}
          </div>
        </fieldset>
        {failure && (
          <p className="new-failure" role="alert">
            {failure}
          </p>
        )}
      </form>
    </Dialog>
  );
}

/** The dialog gives the focus to whoever has this attribute; React keeps its own to itself. */
function focusedFirst(field: HTMLInputElement | null): void {
  field?.setAttribute("autofocus", "");
}

interface ChoiceProps {
  id: string;
  title: string;
  hint: string;
  journey?: Journey;
  isChosen: boolean;
  onChoose: (id: string) => void;
}

function Choice({ id, title, hint, journey, isChosen, onChoose }: ChoiceProps) {
  return (
    <label className="new-choice">
      <input type="radio" name="begin" checked={isChosen} onChange={() => onChoose(id)} />
      <span className="new-picture">
        {journey ? <MiniGraph journey={journey} /> : <span className="new-blank">+</span>}
      </span>
      <b>{title}</b>
      <small>{hint}</small>
    </label>
  );
}

/** The examples, once they are there. */
export function useExamples(): readonly Example[] {
  const [examples, setExamples] = useState<readonly Example[]>([]);
  useEffect(() => {
    let isHere = true;
    loadExamples().then(
      (found) => isHere && setExamples(found),
      () => {},
    );
    return () => {
      isHere = false;
    };
  }, []);
  return examples;
}
