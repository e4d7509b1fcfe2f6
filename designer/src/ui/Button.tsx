/** Every button with words. */
import type { ComponentProps } from "react";
import "./Button.css";

interface Props extends ComponentProps<"button"> {
  /** `primary` once a screen; `quiet` in toolbars; `danger` for what cannot be taken back. */
  look?: "plain" | "primary" | "quiet" | "danger";
}

export function Button({ look = "plain", type = "button", className = "", ...rest }: Props) {
  return <button {...rest} type={type} className={`button ${className}`} data-look={look} />;
}
