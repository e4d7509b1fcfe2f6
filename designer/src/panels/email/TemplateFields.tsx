/** The parts of a mail, as they are written. */
import { useState } from "react";
import type { AttributeShape, AttributesAnswer, TemplateContent } from "../../api/api.gen";
import { CodeEditor, type Suggestion } from "../../ui/code/CodeEditor";
import { ChoiceField } from "../../ui/fields/ChoiceField";
import { TextField } from "../../ui/fields/TextField";
import { useKnown } from "../conditions/known";

interface Props {
  content: TemplateContent;
  isReadOnly: boolean;
  onChange: (part: Partial<TemplateContent>) => void;
}

type Body = "html" | "text" | "more";
const BODIES = [
  { value: "html", label: "HTML" },
  { value: "text", label: "Text" },
  { value: "more", label: "Sender" },
] as const;

export function TemplateFields({ content, isReadOnly, onChange }: Props) {
  const known = useKnown();
  const [body, setBody] = useState<Body>("html");
  const suggestions = variablesOf(known);
  return (
    <>
      <TextField
        label="Subject"
        maxLength={2000}
        value={content.subject}
        onChange={(subject) => onChange({ subject })}
      />
      <TextField
        label="Preheader"
        placeholder="What mail programs show beside the subject"
        maxLength={2000}
        value={content.preheader ?? ""}
        onChange={(preheader) => onChange({ preheader })}
      />
      <ChoiceField label="Part of the mail" value={body} options={BODIES} onChange={setBody} />
      {body === "html" && (
        <CodeEditor
          key="html"
          className="template-code"
          label="HTML of the mail"
          language="html"
          wraps
          value={content.html ?? ""}
          isReadOnly={isReadOnly}
          suggestions={suggestions}
          onChange={(html) => onChange({ html })}
        />
      )}
      {body === "text" && (
        <>
          <CodeEditor
            key="text"
            className="template-code"
            label="Text of the mail"
            language="text"
            wraps
            value={content.text ?? ""}
            isReadOnly={isReadOnly}
            suggestions={suggestions}
            onChange={(text) => onChange({ text })}
          />
          <p className="field-help">Empty: made from the HTML when the journey is published.</p>
        </>
      )}
      {body === "more" && (
        <>
          <TextField
            label="From"
            placeholder="The installation’s sender"
            value={content.from ?? ""}
            onChange={(from) => onChange({ from })}
          />
          <TextField
            label="Replies go to"
            placeholder="The sender"
            value={content.reply_to ?? ""}
            onChange={(reply_to) => onChange({ reply_to })}
          />
        </>
      )}
      <p className="field-help">
        Type <code>{"{{"}</code> for what is known of people, such as{" "}
        <code>{"{{ endpoint.attributes.first_name }}"}</code>. A change reaches people when the journey is published
        again.
      </p>
    </>
  );
}

/** What a template may name: people's attributes with how many have them, and what is always there. */
function variablesOf(known: AttributesAnswer): readonly Suggestion[] {
  const all: readonly (readonly [string, readonly AttributeShape[]])[] = [
    ["endpoint.attributes", known.endpoint],
    ["user.attributes", known.user],
    ["context", known.context],
  ];
  const attributes = all.flatMap(([place, found]) =>
    found.map(({ name, type, count }) => ({
      label: `${place}.${name}`,
      detail: `${type} · ${count.toLocaleString("en")}`,
    })),
  );
  return [...attributes, ...ALWAYS];
}

const ALWAYS: readonly Suggestion[] = [
  { label: "endpoint.address", detail: "always" },
  { label: "links.unsubscribe", detail: "always" },
  { label: "journey.name", detail: "always" },
];
