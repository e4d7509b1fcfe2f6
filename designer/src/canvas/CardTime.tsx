/** How long after they were enrolled people get to a step: "+3 d". */
import { useEditor } from "../editor/store";
import { elapsedOf, sayElapsed } from "../journey/elapsed";

export function CardTime({ id }: { id: string }) {
  const text = useEditor(({ history }) => {
    const elapsed = history && elapsedOf(history.present.journey).get(id);
    return elapsed ? sayElapsed(elapsed) : "";
  });
  if (text === "") return null;
  return (
    <span className="card-time" title={`${text} since they were enrolled`}>
      {text}
    </span>
  );
}
