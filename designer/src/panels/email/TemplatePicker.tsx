/** All templates, as they look. */
import { useState } from "react";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields/TextField";
import { Icon } from "../../ui/Icon";
import { Thumbnail } from "./Thumbnail";
import { useTemplateList } from "./templates";
import "./TemplatePicker.css";

interface Props {
  chosen: string;
  isMaking: boolean;
  onMake: () => void;
  onChoose: (name: string) => void;
  onClose: () => void;
}

export function TemplatePicker({ chosen, isMaking, onMake, onChoose, onClose }: Props) {
  const list = useTemplateList();
  const [wanted, setWanted] = useState("");
  const found = (list ?? []).filter(({ name, subject }) =>
    `${name} ${subject}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <Dialog
      title="Choose a template"
      size="large"
      onClose={onClose}
      footer={
        <Button disabled={isMaking} onClick={onMake}>
          <Icon name="plus" />
          Make a template for this step
        </Button>
      }
    >
      <div className="template-picker">
        <TextField label="Search" isLabelHidden placeholder="Search templates" value={wanted} onChange={setWanted} />
        <ul>
          {found.map(({ name, subject, problem }) => (
            <li key={name}>
              <button type="button" aria-current={name === chosen} onClick={() => onChoose(name)}>
                {problem === null && <Thumbnail name={name} content={null} isSmall />}
                <strong>{problem ?? subject}</strong>
                <span>{name}</span>
              </button>
            </li>
          ))}
        </ul>
        {list !== null && found.length === 0 && (
          <p className="panel-quiet">No template has this in its name or subject.</p>
        )}
      </div>
    </Dialog>
  );
}
