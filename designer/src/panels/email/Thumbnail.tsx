/** A mail, small. */

import type { TemplateContent } from "../../api/api.gen";
import { PreviewFrame } from "./PreviewFrame";
import { personOf, usePeople } from "./people";
import { inputOf } from "./preview";
import "./Thumbnail.css";

interface Props {
  name: string;
  /** Null: as it is saved. */
  content: TemplateContent | null;
  isSmall?: boolean;
}

export function Thumbnail({ name, content, isSmall = false }: Props) {
  const people = usePeople();
  const person = personOf(people) ?? { endpoint: {}, user: {}, context: {} };
  return (
    <div className="thumbnail" data-small={isSmall || undefined} aria-hidden="true">
      {people.chosen !== null && (
        <div className="thumbnail-page">
          <PreviewFrame
            name={name}
            title={`Picture of ${name}`}
            input={JSON.stringify(inputOf(content, person, ""))}
            scheme="light"
            isPicture
          />
        </div>
      )}
    </div>
  );
}
