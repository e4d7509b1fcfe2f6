/** A journey as a small picture, to be known by its shape. */
import { useMemo } from "react";
import type { Journey } from "../../journey/journey.gen";
import { pictureAddress, pictureOf } from "../../steps/picture";
import "./MiniGraph.css";

export function MiniGraph({ journey }: { journey: Journey }) {
  const address = useMemo(() => pictureAddress(pictureOf(journey, { scheme: "both", isSmall: true })), [journey]);
  return <img className="mini" src={address} alt="" />;
}
