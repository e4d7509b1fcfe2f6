/** Somebody else saved the template meanwhile: the author decides. */
import type { TemplateContent, TemplateShape } from "../../api/api.gen";
import { sayInstant } from "../../journey/times";
import { Button } from "../../ui/Button";
import { differences } from "./template.edits";
import { keepMine, takeTheirs } from "./templates";

interface Props {
  name: string;
  mine: TemplateContent;
  theirs: TemplateShape;
}

export function TemplateConflict({ name, mine, theirs }: Props) {
  return (
    <div className="template-conflict" role="alert">
      <h3>Somebody else changed this template</h3>
      <p>
        Saved {sayInstant(theirs.updated_at)}. It differs from yours in: {differences(mine, theirs.content).join(", ")}.
        Nothing of yours is saved until you decide.
      </p>
      <details>
        <summary>Show theirs</summary>
        <p>
          <strong>{theirs.content.subject}</strong>
        </p>
        <pre>{theirs.content.html || theirs.content.text}</pre>
      </details>
      <div className="email-buttons">
        <Button onClick={() => keepMine(name)}>Keep mine</Button>
        <Button onClick={() => takeTheirs(name)}>Take theirs</Button>
      </div>
    </div>
  );
}
