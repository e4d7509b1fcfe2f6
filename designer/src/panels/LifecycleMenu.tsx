/** How the journey stands, and what may be done to it as a whole; what each does to people is said before. */
import { useId, useRef, useState } from "react";
import { countInside, perform, temporalLink, useStanding, type Verb } from "../editor/standing";
import { useEditor } from "../editor/store";
import { useUnpublished } from "../editor/unpublished";
import { goWith, pathTo } from "../routes";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import "./LifecycleMenu.css";
import { StopDialog } from "./StopDialog";

interface Offer {
  verb: Verb;
  title: string;
  icon: IconName;
  says: string;
}

const PAUSE: Offer = {
  verb: "pause",
  title: "Pause",
  icon: "pause",
  says: "Everybody keeps their place: whoever falls due stays where they are, and mail that waits is held.",
};
const RESUME: Offer = {
  verb: "resume",
  title: "Resume",
  icon: "play",
  says: "People go on where they stand. Waits are prolonged by the pause; times of day are taken anew.",
};
const STOP: Offer = {
  verb: "stop",
  title: "Stop…",
  icon: "stop",
  says: "Everybody inside leaves for good, and their mail that waits is cancelled.",
};

/** What may be done in each state. */
const OFFERS: Readonly<Record<string, readonly Offer[]>> = { live: [PAUSE, STOP], paused: [RESUME, STOP] };

export const STATES: Readonly<Record<string, string>> = {
  draft: "Never published",
  live: "Live",
  paused: "Paused",
  stopped: "Stopped",
};

const NUMBER = new Intl.NumberFormat("en");

export function LifecycleMenu() {
  const summary = useStanding((state) => state.summary);
  const installation = useStanding((state) => state.installation);
  const id = useEditor((state) => state.journeyId) || summary?.id || "";
  const list = useRef<HTMLDivElement>(null);
  const [isStopping, setStopping] = useState(false);
  const place = useId();
  const changes = useUnpublished();
  if (summary === null) return null;
  const { state, live_version } = summary;
  const inside = countInside(summary);
  const isPublished = live_version !== null;
  const workflows = isPublished ? temporalLink(installation, { journeyId: summary.id }) : null;
  const close = () => list.current?.hidePopover();
  return (
    <>
      <Button look="quiet" className="standing" data-state={state} popoverTarget={place} aria-haspopup="dialog">
        <span className="standing-dot" />
        <span className="standing-word">{STATES[state] ?? state}</span>
        {isPublished && (
          <small>
            v{live_version}
            {changes !== null && changes > 0 && (
              <span className="standing-changes">
                {" · "}
                {changes} {changes === 1 ? "change" : "changes"}
              </span>
            )}
          </small>
        )}
        <Icon name="down" size={12} />
      </Button>
      <div
        ref={list}
        id={place}
        className="standing-sheet"
        popover="auto"
        role="dialog"
        aria-label="State of the journey"
      >
        <p className="standing-says">
          {isPublished
            ? `${STATES[state]}: version ${live_version}. ${sayInside(inside, summary.people)}`
            : "Nobody can enter before the journey is published."}
          {changes !== null &&
            changes > 0 &&
            ` The draft has ${changes === 1 ? "a change that is" : `${changes} changes that are`} not live.`}
        </p>
        {(OFFERS[state] ?? []).map((offer) => (
          <button
            key={offer.verb}
            type="button"
            className="standing-offer"
            data-verb={offer.verb}
            onClick={() => {
              close();
              if (offer.verb === "stop") setStopping(true);
              else void perform(id, offer.verb);
            }}
          >
            <Icon name={offer.icon} />
            <span>
              <b>{offer.title}</b>
              <small>{offer.says}</small>
            </span>
          </button>
        ))}
        {state === "stopped" && (
          <p className="standing-says">Publishing makes it live again; nobody who left comes back by that.</p>
        )}
        {isPublished && (
          <div className="standing-links">
            {state !== "stopped" && (
              <button
                type="button"
                className="standing-offer"
                onClick={() => {
                  close();
                  goWith({ dialog: "enroll" });
                }}
              >
                <Icon name="person" />
                <span>
                  <b>Enroll me…</b>
                  <small>Walk it yourself, with an address of yours.</small>
                </span>
              </button>
            )}
            <a className="standing-offer" onClick={close} href={pathTo({ page: "journey", id }, { view: "live" })}>
              <Icon name="eye" />
              <span>
                <b>Live view</b>
                <small>How many are where, on every card and branch.</small>
              </span>
            </a>
            <a className="standing-offer" onClick={close} href={pathTo({ page: "people", id })}>
              <Icon name="people" />
              <b>People</b>
            </a>
            {workflows && (
              <a className="standing-offer" onClick={close} href={workflows} target="_blank" rel="noreferrer">
                <Icon name="external" />
                <b>Workflows in Temporal</b>
              </a>
            )}
          </div>
        )}
      </div>
      {isStopping && <StopDialog id={id} inside={inside} onClose={() => setStopping(false)} />}
    </>
  );
}

function sayInside(inside: number, people: Readonly<Record<string, number>>): string {
  if (inside === 0) return "Nobody is inside.";
  const parts = Object.entries(people).filter(([, count]) => count > 0);
  const said = parts.map(([status, count]) => `${NUMBER.format(count)} ${status}`).join(", ");
  return `${inside === 1 ? "One person is" : `${NUMBER.format(inside)} people are`} inside: ${said}.`;
}
