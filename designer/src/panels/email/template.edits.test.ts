import { expect, test } from "vitest";
import { differences, firstContent, templateName, withDefault } from "./template.edits";

test("a template is named after its journey and step, and no name is taken twice", () => {
  expect(templateName("welcome", "First mail", [])).toBe("welcome-first-mail");
  expect(templateName("welcome", "First mail", ["welcome-first-mail"])).toBe("welcome-first-mail-2");
});

test("a new template has a way out, and what the author calls it is no markup", () => {
  const { html } = firstContent("Tips & {{ tricks }} <b>");
  expect(html).toContain("{{ links.unsubscribe }}");
  expect(html).toContain("Tips &amp; &#123;&#123; tricks }} &lt;b>");
});

test("an empty part is no difference to one that is not there", () => {
  const one = { subject: "Hi", preheader: "" };
  expect(differences(one, { subject: "Hi" })).toEqual([]);
  expect(differences(one, { subject: "Hello", html: "<p>" })).toEqual(["Subject", "HTML"]);
});

test("a default stands at its path, beside the others", () => {
  const first = withDefault(undefined, "endpoint.attributes.first_name", "there");
  expect(first).toEqual({ endpoint: { attributes: { first_name: "there" } } });
  expect(withDefault(first, "endpoint.attributes.plan", "free")).toEqual({
    endpoint: { attributes: { first_name: "there", plan: "free" } },
  });
});
