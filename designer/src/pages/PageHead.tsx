import type { ReactNode } from "react";
import type { Journey } from "../journey/journey.gen";
import { pathTo } from "../routes";
import { Icon } from "../ui/Icon";
import "./PageHead.css";

interface Props {
  id: string;
  journey: Journey | null;
  title: string;
  /** The page above, where that is not the journey. */
  above?: { href: string; name: string };
  children?: ReactNode;
}

/** The bar of a page below a journey: the way back, and where one is. */
export function PageHead({ id, journey, title, above, children }: Props) {
  const name = journey?.name ?? id;
  const back = above ?? { href: pathTo({ page: "journey", id }, { view: "live" }), name };
  return (
    <header className="page-head">
      <a className="button" data-look="quiet" href={back.href} aria-label={`Back to ${back.name}`}>
        <Icon name="back" />
      </a>
      <nav aria-label="Where this is">
        <a href={pathTo({ page: "journey", id }, { view: "live" })}>{name}</a>
        {above && (
          <>
            <Icon name="right" size={12} />
            <a href={above.href}>{above.name}</a>
          </>
        )}
        <Icon name="right" size={12} />
      </nav>
      <h1>{title}</h1>
      <span className="page-gap" />
      {children}
    </header>
  );
}
