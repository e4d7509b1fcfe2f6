/** Send an email from a template. */
import { later } from "../ui/later";
import type { StepKind } from "./kind";

export const email: StepKind<"email"> = {
  kind: "email",
  title: "Email",
  hint: "Send an email and go on",
  words: ["mail", "message", "send", "template", "newsletter"],
  hue: "message",
  icon: "M3 3.5h10A1.5 1.5 0 0 1 14.5 5v6a1.5 1.5 0 0 1-1.5 1.5H3A1.5 1.5 0 0 1 1.5 11V5A1.5 1.5 0 0 1 3 3.5ZM2 4.5l6 4.25 6-4.25",
  // The server's checks say that a template is to be chosen.
  blank: () => ({ type: "email", template: "" }),
  summary: (step) => step.template,
  Panel: later(async () => (await import("../panels/email/EmailPanel")).EmailPanel, { isSoon: true }),
};
