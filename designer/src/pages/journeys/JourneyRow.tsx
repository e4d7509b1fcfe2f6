/** One journey of the list. The whole row leads to it. */
import type { JourneySummary } from "../../api/api.gen";
import { countInside } from "../../editor/standing";
import { sayDistance, sayInstant } from "../../journey/times";
import { go, pathTo } from "../../routes";
import { Icon } from "../../ui/Icon";
import { type Choice, Menu } from "../../ui/Menu";
import "./JourneyRow.css";
import { downloadDraft, duplicate, remove } from "./making";

const STATES: Readonly<Record<string, string>> = { draft: "Draft", live: "Live", paused: "Paused", stopped: "Stopped" };

export function JourneyRow({ journey }: { journey: JourneySummary }) {
  const { id, name, state, live_version: version, changed_at: changed } = journey;
  const inside = countInside(journey);
  return (
    <li className="journey-row">
      <div className="journey-names">
        <a
          className="journey-name"
          title={name}
          href={pathTo({ page: "journey", id })}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            go(pathTo({ page: "journey", id }));
          }}
        >
          {name}
        </a>
        <span className="journey-id">{id}</span>
      </div>
      <p className="journey-state" data-state={state}>
        <span className="journey-badge">{STATES[state] ?? state}</span>
        {version !== null && <span className="journey-soft">v{version}</span>}
      </p>
      <p className="journey-people" title={sayPeople(journey.people)}>
        {inside > 0 ? (
          <a
            href={pathTo({ page: "people", id })}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              go(pathTo({ page: "people", id }));
            }}
          >
            {inside.toLocaleString("en")} inside
          </a>
        ) : (
          version !== null && <span className="journey-soft">Nobody inside</span>
        )}
      </p>
      <p className="journey-changed journey-soft">
        {changed && (
          <time dateTime={changed} title={sayInstant(changed)}>
            {sayDistance(changed)}
          </time>
        )}
      </p>
      <Menu label={`More about ${name}`} choices={choicesFor(journey)}>
        <Icon name="more" />
      </Menu>
    </li>
  );
}

function choicesFor(journey: JourneySummary): Choice[] {
  const { id, has_draft: hasDraft, live_version: version } = journey;
  return [
    { id: "open", title: "Open", icon: "edit", perform: () => go(pathTo({ page: "journey", id })) },
    { id: "people", title: "People", icon: "people", perform: () => go(pathTo({ page: "people", id })) },
    { id: "duplicate", title: "Duplicate", icon: "duplicate", isFirst: true, perform: () => void duplicate(journey) },
    {
      id: "download",
      title: "Download as JSON",
      icon: "download",
      isDisabled: !hasDraft,
      perform: () => void downloadDraft(journey),
    },
    {
      id: "remove",
      title: version === null ? "Delete" : `Delete the draft; v${version} stays`,
      icon: "trash",
      isFirst: true,
      isDanger: true,
      isDisabled: !hasDraft,
      perform: () => void remove(journey),
    },
  ];
}

function sayPeople(people: JourneySummary["people"]): string {
  return Object.entries(people)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count.toLocaleString("en")} ${status}`)
    .join(", ");
}
