/** Two authors saved the same draft: what each did, and what becomes of it. Nothing is overwritten before somebody chooses. */
import { useMemo, useState } from "react";
import type { Clash } from "../editor/saveStatus";
import { keepBoth, keepMine, letGo, takeTheirs } from "../editor/saving";
import { useJourney } from "../editor/store";
import { useText } from "../editor/text";
import { type Difference, diffJourneys } from "../journey/diff";
import type { Journey } from "../journey/journey.gen";
import { type Conflict, mergeJourneys, type Side } from "../journey/merge";
import { readJourney } from "../journey/shape";
import { sayDistance } from "../journey/times";
import { go, pathTo } from "../routes";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Icon, type IconName } from "../ui/Icon";
import "./ConflictDialog.css";

interface Props {
  clash: Clash;
  onClose: () => void;
}

export default function ConflictDialog({ clash, onClose }: Props) {
  const mine = useJourney();
  const isText = useText((state) => state.raw !== null);
  const theirs = useMemo(() => clash.theirs && readJourney(clash.theirs.source), [clash]);
  if (clash.theirs === null) return <Gone onClose={onClose} />;
  const when = sayDistance(clash.theirs.updated_at);
  if (mine === null || theirs === null || isText) return <Unread when={when} onClose={onClose} />;
  return <Both base={clash.base} mine={mine} theirs={theirs} when={when} onClose={onClose} />;
}

interface BothProps {
  base: Journey | null;
  mine: Journey;
  theirs: Journey;
  when: string;
  onClose: () => void;
}

function Both({ base, mine, theirs, when, onClose }: BothProps) {
  const [chosen, setChosen] = useState<Readonly<Record<string, Side>>>({});
  const merged = useMemo(
    () => base && mergeJourneys(base, mine, theirs, (pointer) => chosen[pointer] ?? "mine"),
    [base, mine, theirs, chosen],
  );
  const conflicts = merged?.conflicts ?? [];
  return (
    <Dialog
      title="This draft was changed elsewhere"
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void takeTheirs()}>Take theirs</Button>
          <Button look={merged ? "plain" : "primary"} onClick={() => void keepMine()}>
            Keep mine
          </Button>
          {merged && (
            <Button look="primary" onClick={() => void keepBoth(merged.journey)}>
              {conflicts.length === 0 ? "Keep both" : "Keep both, as chosen"}
            </Button>
          )}
        </>
      }
    >
      <div className="conflict">
        <p>
          Somebody else saved it {when}, while you were editing. Nothing is overwritten until you choose
          {merged && conflicts.length === 0 ? "; the changes are at different places, so both can be kept." : "."}
        </p>
        <div className="conflict-sides">
          <Changes title="Your changes" differences={diffJourneys(base ?? theirs, mine)} />
          {base && <Changes title="Their changes" differences={diffJourneys(base, theirs)} />}
        </div>
        {conflicts.length > 0 && (
          <section aria-label="Changed by both">
            <h3>Changed by both</h3>
            {conflicts.map((conflict) => (
              <Choice
                key={conflict.pointer}
                conflict={conflict}
                side={chosen[conflict.pointer] ?? "mine"}
                onChoose={(side) => setChosen((before) => ({ ...before, [conflict.pointer]: side }))}
              />
            ))}
          </section>
        )}
      </div>
    </Dialog>
  );
}

const ICONS: Readonly<Record<Difference["kind"], IconName>> = {
  added: "plus",
  removed: "minus",
  changed: "edit",
  moved: "swap",
};
const WORDS: Readonly<Record<Difference["kind"], string>> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  moved: "Moved",
};

function Changes({ title, differences }: { title: string; differences: readonly Difference[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {differences.length === 0 ? (
        <p className="conflict-none">None that mean anything.</p>
      ) : (
        <ul>
          {differences.map(({ kind, pointer, message }) => (
            <li key={pointer + message} data-kind={kind}>
              <Icon name={ICONS[kind]} size={14} />
              <span className="visually-hidden">{WORDS[kind]}: </span>
              {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Choice(props: { conflict: Conflict; side: Side; onChoose: (side: Side) => void }) {
  const { conflict, side, onChoose } = props;
  const sides = [
    { id: "mine", title: "Mine", said: conflict.mine },
    { id: "theirs", title: "Theirs", said: conflict.theirs },
  ] as const;
  return (
    <fieldset className="conflict-choice">
      <legend>{conflict.title}</legend>
      {sides.map(({ id, title, said }) => (
        <label key={id}>
          <input type="radio" name={conflict.pointer} checked={side === id} onChange={() => onChoose(id)} />
          <span>
            <b>{title}</b> {said.join(" ")}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** One of the two is a text that cannot be drawn: there are no steps to tell apart. */
function Unread({ when, onClose }: { when: string; onClose: () => void }) {
  return (
    <Dialog
      title="This draft was changed elsewhere"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void takeTheirs()}>Take theirs</Button>
          <Button look="primary" onClick={() => void keepMine()}>
            Keep mine
          </Button>
        </>
      }
    >
      <p>
        Somebody else saved it {when}, while you were editing. One of the two texts cannot be drawn as a journey, so
        they cannot be put together: one of them stays.
      </p>
    </Dialog>
  );
}

function Gone({ onClose }: { onClose: () => void }) {
  const leave = async () => {
    await letGo();
    go(pathTo({ page: "journeys" }));
  };
  return (
    <Dialog
      title="This draft was deleted elsewhere"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void leave()}>Let it go</Button>
          <Button look="primary" onClick={() => void keepMine()}>
            Keep mine
          </Button>
        </>
      }
    >
      <p>What you see is kept in this browser. Keeping it saves it as the draft again.</p>
    </Dialog>
  );
}
