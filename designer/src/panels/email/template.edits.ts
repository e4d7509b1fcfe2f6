/** Templates as contents: names for new ones, what they begin with, what differs. Pure. */
import type { TemplateContent } from "../../api/api.gen";
import { uniqueId } from "../../journey/edits";
import { isObject, isSame } from "../../journey/values";

/** A free name for the template of a step: "welcome-first-mail". */
export function templateName(journeyId: string, title: string, taken: readonly string[]): string {
  const used = new Set(taken);
  const dashed = (name: string) => name.replaceAll("_", "-");
  return dashed(uniqueId(`${journeyId} ${title}`, (name) => used.has(dashed(name))));
}

/** What a new template says: short, with a button, a way out, and a dark side. */
export function firstContent(title: string): TemplateContent {
  return { subject: title, preheader: "", html: FIRST_HTML.replace("TITLE", escaped(title)) };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("{", "&#123;");
}

type Defaults = NonNullable<TemplateContent["defaults"]>;

/** Defaults with one more, by its path: "user.attributes.title" stands inside of `user`, inside of `attributes`. */
export function withDefault(defaults: Defaults | undefined, path: string, value: string): Defaults {
  const [name = "", ...rest] = path.split(".");
  const there = defaults?.[name];
  const inner = rest.length === 0 ? value : withDefault(isObject(there) ? there : {}, rest.join("."), value);
  return { ...defaults, [name]: inner };
}

/** The parts of a template in the order in which people read them. */
const PARTS = {
  subject: "Subject",
  preheader: "Preheader",
  html: "HTML",
  text: "Text",
  from: "Sender",
  reply_to: "Reply address",
  headers: "Headers",
  defaults: "Defaults",
} as const;

/** What two contents say differently, by name. */
export function differences(one: TemplateContent, other: TemplateContent): readonly string[] {
  const parts = ["subject", "preheader", "html", "text", "from", "reply_to", "headers", "defaults"] as const;
  return parts.filter((part) => !isSame(one[part] ?? "", other[part] ?? "")).map((part) => PARTS[part]);
}

const FIRST_HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <style>
      body { margin: 0; background-color: #f4f5f7; }
      .sheet { max-width: 600px; border-radius: 12px; background-color: #ffffff; }
      .text { padding: 8px 40px; font: 16px/1.6 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #2a2f38; }
      .title { padding-top: 40px; font-size: 26px; line-height: 1.25; font-weight: 700; }
      .button { display: inline-block; padding: 12px 24px; border-radius: 8px; background-color: #3451c7; color: #ffffff; font-weight: 600; text-decoration: none; }
      .foot { padding-bottom: 40px; font-size: 13px; color: #5b6270; }
      .foot a { color: #5b6270; }
      @media (max-width: 620px) {
        .text { padding-left: 24px !important; padding-right: 24px !important; }
      }
      @media (prefers-color-scheme: dark) {
        body { background-color: #14161a !important; }
        .sheet { background-color: #1d2026 !important; }
        .text { color: #e4e7ec !important; }
        .foot, .foot a { color: #a6adba !important; }
      }
    </style>
  </head>
  <body>
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0">
      <tr>
        <td align="center" style="padding: 24px 12px;">
          <table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0">
            <tr><td class="text title">TITLE</td></tr>
            <tr><td class="text">Hello {{ endpoint.attributes.first_name | default("there") }},</td></tr>
            <tr><td class="text">say here what this mail is about.</td></tr>
            <tr><td class="text"><a class="button" href="https://example.com">Have a look</a></td></tr>
            <tr><td class="text foot">You get this at {{ endpoint.address }}. <a href="{{ links.unsubscribe }}">Unsubscribe</a></td></tr>
          </table>
        </td>
      </tr>
    </table>
  </body>
</html>
`;
