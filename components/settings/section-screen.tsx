"use client";
/** A cluster of a system that has no form here: its section as YAML, tried and saved as the form does it. */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState, type ReactNode } from "react";
import type { ClusterSection, ConfigurationView, Section } from "#lib/wire/configuration.ts";
import { mayHoldSecret } from "#lib/wire/secret-name.ts";
import { whyNot } from "#components/data/client.ts";
import { addCluster, changeCluster } from "#components/data/mutations.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { configurationQuery } from "#components/data/queries.ts";
import { useKeptDraft } from "#components/data/use-kept-draft.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { CLUSTERS_PATH, pathOf } from "#components/shell/place.ts";
import { PageHeader } from "#components/shell/page-header.tsx";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { LockedFields } from "#components/ui/locked-fields.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";
import { ConfigurationNotes } from "./configuration-notes.tsx";
import { FormSection } from "./form-section.tsx";
import { RemoveDialog } from "./lazy-remove-dialog.tsx";
import { lineOf, readSection, STARTER, writeSection, type Mistake as Problem } from "./section-yaml.ts";
import { SERVERS, TestPart } from "./test-part.tsx";
import { useTest } from "./use-test.ts";
import styles from "./settings.module.css";

const css = classesOf(styles);

export function SectionScreen({
  configuration,
  opened,
  choice = null,
}: {
  readonly configuration: ConfigurationView;
  readonly opened: ClusterSection | null;
  readonly choice?: ReactNode;
}) {
  const router = useRouter();
  const cache = useQueryClient();
  const test = useTest();
  const [base, setBase] = useState(opened);
  const [text, setText] = useState(opened?.yaml ?? STARTER);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [removing, setRemoving] = useState(false);
  const kept = useKeptDraft(
    "yaml",
    useMemo(() => ({ text, base }), [text, base]),
    // A secret that somebody types here, against all advice, is not written anywhere before it is sent.
    (draft) => (mayHoldSecret(draft.text) ? "" : JSON.stringify(draft)),
    (written, isUntouched) =>
      void import("./kept-section.ts").then(
        ({ readKeptYaml }) => {
          const found = readKeptYaml(written);
          if (found === null || !isUntouched()) return;
          setText(found.text);
          if (opened !== null && found.base !== null) setBase({ ...opened, ...found.base });
        },
        () => undefined,
      ),
  );

  const now = opened === null ? null : (configuration.clusters.find(({ id }) => id === opened.id) ?? null);
  const isStale = base !== null && now !== null && now.revision !== base.revision;
  const isGone = opened !== null && now === null;
  const mayNot = useWhyNot("configure");
  const canNot = configuration.readOnly ?? now?.held ?? null;
  const held = mayNot ?? (canNot === null ? null : said(canNot));
  const locked = held ?? (isGone ? t("It is not in the file any more.") : null);
  const blocked =
    locked ??
    (isStale ? t("It was changed in the file meanwhile: say first which one counts.") : null) ??
    (base !== null && text === base.yaml ? t("Nothing is changed yet.") : null);
  const name = opened?.name ?? t("the cluster");
  const title = opened === null ? t("Add a cluster") : t("Settings of {cluster}", { cluster: name });

  /** Null: it was told what is wrong with the text. */
  const read = async (): Promise<Section | null> => {
    setProblems([]);
    setRefused(null);
    const answer = await readSection(text);
    if (answer.ok) return answer.section;
    setProblems([answer.problem]);
    setRefused(t("The text cannot be read as one cluster."));
    return null;
  };

  const tryIt = async (): Promise<void> => {
    const section = await read();
    if (section === null) return;
    const { problems: wrong } = await test.run({ section, password: null });
    setProblems(wrong);
    setRefused(wrong.length === 0 ? null : t("Nothing was asked: correct what is marked first."));
  };

  const save = async (): Promise<void> => {
    const section = await read();
    if (section === null) return;
    setPending(true);
    const wish = { section, password: null };
    const answer = await (base === null
      ? addCluster(wish)
      : changeCluster(base.id, { ...wish, revision: base.revision }));
    setPending(false);
    await cache.invalidateQueries({ queryKey: configurationQuery().queryKey });
    if (!answer.ok) {
      const wrong = answer.because === "problem" ? (answer.problem.all ?? []) : [];
      setProblems(wrong);
      return setRefused(wrong.length > 0 ? t("Nothing was saved: correct what is marked first.") : whyNot(answer));
    }
    kept.forget();
    const { id } = answer.value;
    toast(opened === null ? t("{name} was added.", { name: id }) : t("{name} was changed.", { name }));
    router.push(pathOf(id, "nodes"));
  };

  const leave = (): void => {
    kept.forget();
    router.push(opened === null ? CLUSTERS_PATH : pathOf(opened.id, "nodes"));
  };
  const copy = async (): Promise<void> => copyText(writeSection(text), t("{name} as YAML", { name }));
  return (
    <>
      <PageHeader
        title={title}
        beside={<code>{configuration.file}</code>}
        actions={
          opened === null ? null : (
            <Button kind="destructive" locked={held} onPress={() => setRemoving(true)}>
              {t("Remove {cluster}…", { cluster: name })}
            </Button>
          )
        }
      />
      <ConfigurationNotes configuration={configuration} only={opened?.id ?? null} />
      {choice === null ? null : <div className={css("way")}>{choice}</div>}
      <div className={css("screen")}>
        <form
          className={css("form")}
          aria-label={opened === null ? t("The new cluster") : title}
          onSubmit={(event) => {
            event.preventDefault();
            if (blocked === null && !pending) void save();
          }}
        >
          <FormSection
            title={t("Its section")}
            hint={t(
              "As it stands in the file, with every setting of its system. Secrets are named there, as in file:/path, and stay where they are.",
            )}
          >
            <LockedFields why={mayNot}>
              <TextArea
                label={t("The cluster, as YAML")}
                value={text}
                onChange={setText}
                rows={12}
                maxRows={36}
                wrong={problems.length === 0 ? null : t("What is wrong in it is told below.")}
              />
            </LockedFields>
          </FormSection>
          {isStale && now !== null && base !== null ? (
            <ChangedMeanwhile
              file={configuration.file}
              before={base.section}
              now={now.section}
              onTake={() => {
                setBase(now);
                setText(now.yaml);
                setRefused(null);
              }}
              onKeep={() => {
                setBase({ ...base, revision: now.revision });
                setRefused(null);
              }}
            />
          ) : null}
          {refused === null ? null : (
            <div role="alert" className={css("alert")}>
              <p>{refused}</p>
              {problems.length === 0 ? null : (
                <ul aria-label={t("Mistakes in the section")}>
                  {problems.map((problem) => (
                    <Mistake key={`${problem.field} ${problem.wrong}`} problem={problem} line={lineOf(text, problem)} />
                  ))}
                </ul>
              )}
            </div>
          )}
          <div className={css("actions")}>
            <Button onPress={leave}>{opened === null ? t("Add none") : t("Leave it as it is")}</Button>
            <Button kind="primary" type="submit" pending={pending} locked={blocked} onPress={() => undefined}>
              {opened === null ? t("Add {name}", { name }) : t("Save {name}", { name })}
            </Button>
            <Button kind="quiet" icon="copy" onPress={() => void copy()}>
              {t("Copy as YAML")}
            </Button>
          </div>
        </form>
        <TestPart test={test} asks={SERVERS} locked={mayNot} onTest={() => void tryIt()} />
      </div>
      {removing && now !== null ? <RemoveDialog cluster={now} onClose={() => setRemoving(false)} /> : null}
    </>
  );
}

function Mistake({ problem, line }: { readonly problem: Problem; readonly line: number | null }) {
  const { field } = problem;
  const [wrong, remedy] = [said(problem.wrong), said(problem.remedy)];
  if (line === null) {
    return (
      <li>
        {field === "" ? null : <code>{field}</code>} {wrong} {remedy}
      </li>
    );
  }
  return (
    <li>
      {field === ""
        ? t("Line {line}: {wrong} {remedy}", { line, wrong, remedy })
        : t("Line {line}, {field}: {wrong} {remedy}", { line, field, wrong, remedy })}
    </li>
  );
}
