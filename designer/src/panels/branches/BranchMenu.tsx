/** What can be done with one branch of a list. */

import type { Change } from "../../editor/store";
import { useEditor } from "../../editor/store";
import { moveBranch, removeBranch } from "../../journey/edits";
import type { Journey } from "../../journey/journey.gen";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";

interface Props {
  id: string;
  at: number;
  count: number;
  /** The fewest branches that such a step has. */
  least: number;
  label: string;
}

export function BranchMenu({ id, at, count, least, label }: Props) {
  const edit = (name: string, change: (journey: Journey) => Change) => () => useEditor.getState().edit(name, change);
  return (
    <Menu
      label={`More about ${label}`}
      className="branch-more"
      choices={[
        {
          id: "up",
          title: "Move up",
          icon: "up",
          isDisabled: at === 0,
          perform: edit("Move branch", (journey) => moveBranch(journey, id, at, at - 1)),
        },
        {
          id: "down",
          title: "Move down",
          icon: "down",
          isDisabled: at === count - 1,
          perform: edit("Move branch", (journey) => moveBranch(journey, id, at, at + 1)),
        },
        {
          id: "remove",
          title: "Remove branch",
          icon: "trash",
          isDanger: true,
          isFirst: true,
          isDisabled: count <= least,
          perform: edit("Remove branch", (journey) => removeBranch(journey, `/steps/${id}/branches/${at}/next`)),
        },
      ]}
    >
      <Icon name="more" />
    </Menu>
  );
}
