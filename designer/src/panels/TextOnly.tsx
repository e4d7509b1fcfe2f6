/** In the canvas's place while the draft is a text that cannot be drawn. */
import { goWith } from "../routes";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import "./TextOnly.css";

export function TextOnly() {
  return (
    <div className="text-only">
      <Icon name="braces" size={24} />
      <h2>This draft cannot be drawn yet</h2>
      <p>
        Nothing of it is lost: its text, and what is wrong with it, stand in the JSON panel. It is drawn as soon as it
        can be.
      </p>
      <Button onClick={() => goWith({ panel: "json" })}>Show the text</Button>
    </div>
  );
}
