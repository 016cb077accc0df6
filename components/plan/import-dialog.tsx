"use client";
/** A plan out of a file, or pasted: every mistake by its field and line, and what it would change, before it is used. */
import { useEffect, useId, useState } from "react";
import type { ClusterNode } from "#lib/cluster/node.ts";
import type { PlanFile } from "#lib/wire/plan-file.ts";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { classesOf } from "#components/ui/css.ts";
import { differences } from "./difference.ts";
import { DifferenceTable } from "./difference-table.tsx";
import { formOfFile } from "./file-form.ts";
import type { PlanForm } from "./plan-form.ts";
import { readPlanText, type TextProblem } from "./plan-yaml.ts";
import styles from "./plan-file.module.css";

const css = classesOf(styles);

/** No plan of 5000 nodes is longer. */
const MOST_BYTES = 2 * 1024 * 1024;

type Read =
  | { readonly is: "nothing" }
  | { readonly is: "wrong"; readonly problems: readonly TextProblem[] }
  | { readonly is: "plan"; readonly file: PlanFile; readonly form: PlanForm; readonly notes: readonly string[] };

export function ImportDialog({
  clusterId,
  nodes,
  draft,
  onUse,
  onClose,
}: {
  readonly clusterId: string;
  readonly nodes: readonly ClusterNode[];
  /** As it stands, to compare with. */
  readonly draft: PlanFile;
  readonly onUse: (form: PlanForm) => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState("");
  const read = useRead(text, clusterId, nodes);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setText(
      file.size > MOST_BYTES ? `# ${t("{file} is larger than any plan.", { file: file.name })}` : await file.text(),
    );
  };
  const fieldId = useId();
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={t("Import a plan")}
      description={t("Nothing is started: the plan page shows it, asks its checks, and you go on from there.")}
      actions={
        <>
          <Button onPress={onClose}>{t("Keep the draft")}</Button>
          <Button
            kind="primary"
            locked={
              read.is === "plan"
                ? null
                : read.is === "nothing"
                  ? t("Choose or paste a plan first.")
                  : t("It has mistakes.")
            }
            onPress={() => {
              if (read.is !== "plan") return;
              onUse(read.form);
              onClose();
            }}
          >
            {t("Use this plan")}
          </Button>
        </>
      }
    >
      <label className={css("file")}>
        {t("File")}{" "}
        <input type="file" accept=".yaml,.yml,text/yaml" onChange={(event) => void take(event.target.files?.[0])} />
      </label>
      <label htmlFor={fieldId} className={css("label")}>
        {t("Or paste it")}
      </label>
      <textarea
        id={fieldId}
        className={css("text")}
        rows={9}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div aria-live="polite">{read.is === "wrong" ? <Problems problems={read.problems} /> : null}</div>
      {read.is === "plan" ? (
        <>
          {read.notes.map((note) => (
            <p key={note} className={css("note")}>
              <Icon name="warn" size={13} /> {note}
            </p>
          ))}
          <DifferenceTable one={t("this draft")} other={t("the file")} rows={differences(draft, read.file)} />
        </>
      ) : null}
    </Dialog>
  );
}

function useRead(text: string, clusterId: string, nodes: readonly ClusterNode[]): Read {
  const [read, setRead] = useState<Read>({ is: "nothing" });
  const known = nodes.map(({ id }) => id).join("\n");
  useEffect(() => {
    let isNewest = true;
    const show = async (): Promise<void> => {
      const next = await readWhole(text, clusterId, nodes);
      if (isNewest) setRead(next);
    };
    void show();
    return () => {
      isNewest = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `known` says when the nodes are others.
  }, [text, clusterId, known]);
  return read;
}

async function readWhole(text: string, clusterId: string, nodes: readonly ClusterNode[]): Promise<Read> {
  if (text.trim() === "") return { is: "nothing" };
  const parsed = await readPlanText(text);
  if (!parsed.ok) return { is: "wrong", problems: parsed.problems };
  const made = formOfFile(parsed.file, clusterId, nodes);
  return made.ok
    ? { is: "plan", file: parsed.file, form: made.form, notes: made.notes }
    : { is: "wrong", problems: made.problems };
}

function Problems({ problems }: { readonly problems: readonly TextProblem[] }) {
  return (
    <ul className={css("problems")} aria-label={t("What is wrong with the plan")}>
      {problems.map(({ line, field, text }) => (
        <li key={`${field} ${text}`}>
          <span className={css("bad")}>
            <Icon name="fail" size={13} />
          </span>{" "}
          <code>{field}</code>
          {line === null ? t(": {wrong}", { wrong: text }) : t(", line {line}: {wrong}", { line, wrong: text })}
        </li>
      ))}
    </ul>
  );
}
