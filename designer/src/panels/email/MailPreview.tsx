/** The mail as a chosen person will get it: rendered by the server, at the width and in the colours of their screen. */
import { useState } from "react";
import type { TemplateContent } from "../../api/api.gen";
import { useEditor } from "../../editor/store";
import { Button } from "../../ui/Button";
import { ChoiceField } from "../../ui/fields/ChoiceField";
import { SelectField } from "../../ui/fields/SelectField";
import { TextField } from "../../ui/fields/TextField";
import { Icon } from "../../ui/Icon";
import { PreviewFrame } from "./PreviewFrame";
import { choosePerson, describePerson, MADE_UP, personOf, usePeople } from "./people";
import { usePreview } from "./preview";
import { withDefault } from "./template.edits";
import { editTemplate } from "./templates";
import { Marked, missingOf, Variables } from "./Variables";
import "./MailPreview.css";

type View = "mail" | "text" | "headers";
const VIEWS = [
  { value: "mail", label: "Mail" },
  { value: "text", label: "Text" },
  { value: "headers", label: "Headers" },
] as const;
type Width = "desktop" | "phone";
const WIDTHS = [
  { value: "desktop", label: "Desktop" },
  { value: "phone", label: "Phone" },
] as const;

export function MailPreview({ name, content }: { name: string; content: TemplateContent }) {
  const people = usePeople();
  const person = personOf(people);
  const journeyName = useEditor((state) => state.history?.present.journey.name ?? "");
  const { answer, input, failure } = usePreview(name, content, person, journeyName);
  const [view, setView] = useState<View>("mail");
  const [width, setWidth] = useState<Width>("desktop");
  const [scheme, setScheme] = useState<"light" | "dark">("light");
  const [isDescribing, setDescribing] = useState(false);
  const options = [
    ...people.recent.map(({ id, address }) => ({ value: id, label: address || id })),
    { value: MADE_UP, label: "Somebody made up" },
  ];
  const missing = missingOf(answer?.variables ?? []);
  return (
    <div className="mail-preview">
      <div className="mail-bar">
        <ChoiceField label="What is shown" value={view} options={VIEWS} onChange={setView} />
        <ChoiceField label="Width" value={width} options={WIDTHS} onChange={setWidth} />
        <Button
          look="quiet"
          aria-pressed={scheme === "dark"}
          title="As in dark mode"
          aria-label="Dark mode"
          onClick={() => setScheme(scheme === "dark" ? "light" : "dark")}
        >
          <Icon name={scheme === "dark" ? "moon" : "sun"} />
        </Button>
      </div>
      <div className="mail-person">
        <SelectField
          label="As seen by"
          value={people.chosen ?? MADE_UP}
          options={options}
          onChange={(chosen) => {
            choosePerson(chosen);
            setDescribing(chosen === MADE_UP);
          }}
        />
        {people.chosen === MADE_UP && (
          <Button look="quiet" aria-expanded={isDescribing} onClick={() => setDescribing(!isDescribing)}>
            <Icon name="edit" />
            Change
          </Button>
        )}
      </div>
      {people.chosen === MADE_UP && isDescribing && (
        <TextField
          label="Person, as JSON"
          isLabelHidden
          hasLines
          help={person === null ? 'This is no JSON of a person yet: {"endpoint": {"attributes": {…}}}' : undefined}
          value={people.source}
          onChange={describePerson}
        />
      )}
      {failure && (
        <p className="mail-failure" role="alert">
          {failure}
        </p>
      )}
      <div className="mail-sheet">
        <div className="mail-head">
          <strong>
            <Marked text={answer?.subject ?? "…"} missing={missing} />
          </strong>
          <span>
            <Marked text={answer?.preheader ?? ""} missing={missing} />
          </span>
        </div>
        <div className="mail-body" data-width={width} data-view={view}>
          {view === "mail" && input !== null && (
            <PreviewFrame name={name} input={input} title={`Preview of ${name}`} scheme={scheme} />
          )}
          {view === "text" && (
            <textarea
              readOnly
              aria-label="Text of the mail"
              value={answer?.text || "Made from the HTML when the journey is published."}
            />
          )}
          {view === "headers" && answer && (
            <dl>
              <Header name="From" value={answer.from || "The installation’s sender"} />
              {answer.reply_to && <Header name="Reply-To" value={answer.reply_to} />}
              <Header name="Subject" value={answer.subject} />
              {Object.entries(answer.headers).map(([name, value]) => (
                <Header key={name} name={name} value={value} />
              ))}
            </dl>
          )}
        </div>
      </div>
      {answer && (
        <Variables
          variables={answer.variables}
          onDefault={(path, value) => editTemplate(name, { defaults: withDefault(content.defaults, path, value) })}
        />
      )}
    </div>
  );
}

function Header({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
