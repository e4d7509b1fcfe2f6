/** The bar above the canvas: where one is, whether it is saved, and the commands one reaches for. */
import { SaveState } from "../panels/SaveState";
import { useAddress } from "../routes";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { later } from "../ui/later";
import { Menu } from "../ui/Menu";
import { useIsBlank, useProblems } from "./checking";
import { choicesOf, hintOf, perform } from "./commands";
import { useIsOutline } from "./drawing";
import { useEditor, useJourney } from "./store";
import "./TopBar.css";

/** It has nothing to show before the server has said how the journey stands. */
const LifecycleMenu = later(async () => (await import("../panels/LifecycleMenu")).LifecycleMenu);

export function TopBar() {
  const journey = useJourney();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const journeyId = useEditor((state) => state.journeyId);
  const isOutline = useIsOutline();
  return (
    <header className="top-bar">
      <a className="button top-home" data-look="quiet" href="/designer/" aria-label="All journeys" title="All journeys">
        <Icon name="back" />
      </a>
      <h1 className="top-name" title={journey?.name}>
        {journey?.name ?? journeyId}
      </h1>
      <LifecycleMenu />
      <SaveState />
      {journey && (
        <>
          <span className="top-gap" />
          {!isReadOnly && (
            <div className="top-group">
              <Undo />
              <Redo />
            </div>
          )}
          <div className="top-group top-panels">
            <Toggle id="outline" icon="list" title="Outline" isOn={isOutline} />
            <PanelToggle id="json" icon="braces" title="JSON" />
            <PanelToggle id="versions" icon="history" title="Versions" />
            <Problems />
            <PanelToggle id="try" icon="play" title="Try" isNamed />
          </div>
          <MoreMenu />
          {!isReadOnly && (
            <Button look="primary" title={hintOf("publish")} onClick={() => perform("publish")}>
              Publish
            </Button>
          )}
        </>
      )}
    </header>
  );
}

function Undo() {
  const label = useEditor((state) => state.history?.past.at(-1)?.label ?? null);
  return (
    <Button
      look="quiet"
      disabled={label === null}
      aria-label={label === null ? "Undo" : `Undo: ${label}`}
      title={label === null ? "Nothing to undo" : `${hintOf("undo")}: ${label}`}
      onClick={() => perform("undo")}
    >
      <Icon name="undo" />
    </Button>
  );
}

function Redo() {
  const label = useEditor((state) => state.history?.future[0]?.label ?? null);
  return (
    <Button
      look="quiet"
      disabled={label === null}
      aria-label={label === null ? "Redo" : `Redo: ${label}`}
      title={label === null ? "Nothing to redo" : `${hintOf("redo")}: ${label}`}
      onClick={() => perform("redo")}
    >
      <Icon name="redo" />
    </Button>
  );
}

interface ToggleProps {
  id: string;
  icon: IconName;
  title: string;
  isOn: boolean;
  /** Its title is shown, where there is room. */
  isNamed?: boolean;
}

function Toggle({ id, icon, title, isOn, isNamed = false }: ToggleProps) {
  return (
    <Button
      look="quiet"
      className="top-toggle"
      aria-pressed={isOn}
      aria-label={title}
      title={hintOf(id)}
      onClick={() => perform(id)}
    >
      <Icon name={icon} />
      {isNamed && <span className="top-word">{title}</span>}
    </Button>
  );
}

function PanelToggle(props: Omit<ToggleProps, "isOn">) {
  const { query } = useAddress();
  return <Toggle {...props} isOn={query.panel === props.id} />;
}

function Problems() {
  const { query } = useAddress();
  const problems = useProblems();
  const isBlank = useIsBlank();
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const count = isBlank ? 0 : problems.length;
  return (
    <Button
      look="quiet"
      className="top-toggle top-problems"
      aria-pressed={query.panel === "problems"}
      aria-label={
        isBlank ? "No steps yet" : count === 0 ? "No problems" : count === 1 ? "1 problem" : `${count} problems`
      }
      title={hintOf("problems")}
      data-severity={isBlank ? undefined : errors > 0 ? "error" : count > 0 ? "warning" : undefined}
      onClick={() => perform("problems")}
    >
      <Icon name={isBlank ? "list" : count === 0 ? "check" : "warn"} />
      {count > 0 && count}
    </Button>
  );
}

const MORE = [
  "palette",
  "find",
  "|undo",
  "redo",
  "|outline",
  "json",
  "problems",
  "try",
  "versions",
  "people",
  "|settings",
  "enroll",
  "svg",
  "|scheme",
  "shortcuts",
];

/** Its choices are made when it opens: what can be done changes with every selection. */
function MoreMenu() {
  useEditor((state) => state.history);
  return (
    <Menu label="More" choices={choicesOf(MORE)}>
      <Icon name="more" />
    </Menu>
  );
}
