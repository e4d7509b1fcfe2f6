/** A mail being written, and beside it what somebody will get. */
import { useEffect, useRef, useState } from "react";
import type { TemplateContent } from "../../api/api.gen";
import { useEditor } from "../../editor/store";
import { goWith } from "../../routes";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ChoiceField } from "../../ui/fields/ChoiceField";
import { MailPreview } from "./MailPreview";
import { SendTest } from "./SendTest";
import { TemplateConflict } from "./TemplateConflict";
import { TemplateFields } from "./TemplateFields";
import { editTemplate, type SaveStatus, saveNow, useTemplate } from "./templates";
import "./TemplateDialog.css";

const SAID: Readonly<Record<SaveStatus, string>> = {
  saved: "Saved",
  unsaved: "Unsaved",
  saving: "Saving…",
  offline: "Offline: kept here, saved as soon as the server answers",
  refused: "Not saved",
  conflict: "Changed by somebody else",
};

const SIDES = [
  { value: "write", label: "Write" },
  { value: "look", label: "Preview" },
] as const;

interface Props {
  name: string;
  /** What the step is called. */
  step: string;
}

export function TemplateDialog({ name, step }: Props) {
  const template = useTemplate(name);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const [side, setSide] = useState<"write" | "look">("write");
  const fields = useRef<HTMLFieldSetElement>(null);
  const isThere = Boolean(template);
  useEffect(() => {
    if (isThere) fields.current?.querySelector("input")?.focus();
  }, [isThere]);
  if (!template) return null;
  const close = () => {
    void saveNow(name);
    goWith({ dialog: "" });
  };
  const change = (part: Partial<TemplateContent>) => editTemplate(name, part);
  return (
    <Dialog
      title={`${step} · ${name}`}
      size="full"
      onClose={close}
      footer={
        <div className="template-foot">
          <p className="template-state" data-status={template.status} role="status">
            {SAID[template.status]}
            {template.reason && `: ${template.reason}`}
          </p>
          <Button look="primary" onClick={close}>
            Done
          </Button>
        </div>
      }
    >
      <div className="template-dialog" data-side={side}>
        <div className="template-sides">
          <ChoiceField label="What is shown" value={side} options={SIDES} onChange={setSide} />
        </div>
        <fieldset ref={fields} className="template-write" disabled={isReadOnly} aria-label="The mail">
          {template.status === "conflict" && template.theirs && (
            <TemplateConflict name={name} mine={template.content} theirs={template.theirs} />
          )}
          <TemplateFields content={template.content} isReadOnly={isReadOnly} onChange={change} />
        </fieldset>
        <section className="template-look" aria-label="Preview">
          <MailPreview name={name} content={template.content} />
          <SendTest name={name} />
        </section>
      </div>
    </Dialog>
  );
}
