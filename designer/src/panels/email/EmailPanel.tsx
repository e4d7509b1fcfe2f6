import { lazy, Suspense, useState } from "react";
import { sayFailure } from "../../editor/standing";
import { useEditor } from "../../editor/store";
import { goWith, useAddress } from "../../routes";
import type { PanelProps } from "../../steps/kind";
import { titleOf } from "../../steps/registry";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/fields/Field";
import { Icon } from "../../ui/Icon";
import { notify } from "../../ui/Notices";
import { editStep } from "../editing";
import { SendTest } from "./SendTest";
import { Thumbnail } from "./Thumbnail";
import { firstContent, templateName } from "./template.edits";
import { makeTemplate, readList, useTemplate } from "./templates";
import "./EmailPanel.css";

const TemplatePicker = lazy(() =>
  import("./TemplatePicker").then(({ TemplatePicker }) => ({ default: TemplatePicker })),
);
const TemplateDialog = lazy(() =>
  import("./TemplateDialog").then(({ TemplateDialog }) => ({ default: TemplateDialog })),
);

const openEditor = () => goWith({ dialog: "template" });

/** Which mail is sent. */
export function EmailPanel({ id, step }: PanelProps<"email">) {
  const { query } = useAddress();
  const { template } = step;
  const found = useTemplate(template);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const [isPicking, setPicking] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const choose = (name: string) => editStep(id, "Choose template", { ...step, template: name });

  const make = async () => {
    setMaking(true);
    try {
      const title = titleOf(id, step);
      const taken = (await readList()).map(({ name }) => name);
      const name = templateName(useEditor.getState().journeyId, title, taken);
      await makeTemplate(name, firstContent(title));
      choose(name);
      setPicking(false);
      openEditor();
    } catch (error) {
      notify({ text: sayFailure(error) });
    } finally {
      setMaking(false);
    }
  };
  return (
    <>
      <Field label="Template" pointer={`/steps/${id}/template`}>
        {(ids) =>
          template === "" ? (
            <div className="email-empty">
              <p>What should this mail say?</p>
              {/* The label above would be its name otherwise. */}
              <Button {...ids} aria-label="Write it now" look="primary" disabled={isMaking} onClick={() => void make()}>
                Write it now
              </Button>
              <Button onClick={() => setPicking(true)}>Choose a template</Button>
            </div>
          ) : (
            <div className="email-chosen">
              <button
                {...ids}
                type="button"
                className="email-open"
                aria-label={`${found?.content.subject ?? ""} ${template}: edit the template`}
                disabled={!found}
                onClick={openEditor}
              >
                {found && <Thumbnail name={template} content={found.content} />}
                <span className="email-words">
                  <strong>{found?.content.subject ?? (found === null ? "There is no such template" : "…")}</strong>
                  <span>{template}</span>
                </span>
              </button>
              <div className="email-buttons">
                {found === null ? (
                  <Button disabled={isMaking} onClick={() => void make()}>
                    Write a new one
                  </Button>
                ) : (
                  <Button disabled={!found} onClick={openEditor}>
                    <Icon name="edit" />
                    {isReadOnly ? "Look at it" : "Edit"}
                  </Button>
                )}
                <Button look="quiet" onClick={() => setPicking(true)}>
                  Choose another
                </Button>
              </div>
            </div>
          )
        }
      </Field>
      {found && <SendTest name={template} />}
      <Suspense fallback={null}>
        {isPicking && (
          <TemplatePicker
            chosen={template}
            isMaking={isMaking}
            onMake={() => void make()}
            onChoose={(name) => {
              choose(name);
              setPicking(false);
            }}
            onClose={() => setPicking(false)}
          />
        )}
        {query.dialog === "template" && found && <TemplateDialog name={template} step={titleOf(id, step)} />}
      </Suspense>
    </>
  );
}
