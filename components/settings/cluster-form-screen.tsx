"use client";
/** One cluster of the configuration, new or there already: described, tried, and saved once it may be. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState, type ReactNode } from "react";
import type { ClusterSection, ConfigurationView, Finding, Section, SectionProblem } from "#lib/wire/configuration.ts";
import { changesBetween } from "#lib/wire/section.ts";
import { whyNot, type Answer } from "#components/data/client.ts";
import { useCluster } from "#components/data/live-provider.tsx";
import { addCluster, changeCluster } from "#components/data/mutations.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { configurationQuery } from "#components/data/queries.ts";
import { useKeptDraft } from "#components/data/use-kept-draft.ts";
import { rich } from "#components/language/rich.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { CLUSTERS_PATH, pathOf } from "#components/shell/place.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { LockedFields } from "#components/ui/locked-fields.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { AccountPart } from "./account-part.tsx";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";
import { EMPTY_FORM, formOf, idFrom, sectionOf, withFound, wrongElsewhere, type ClusterForm } from "./cluster-form.ts";
import { ConfigurationNotes } from "./configuration-notes.tsx";
import { HostsPart } from "./hosts-part.tsx";
import { InstallPart } from "./install-part.tsx";
import { NodesPart } from "./nodes-part.tsx";
import { RemoveDialog } from "./lazy-remove-dialog.tsx";
import { SectionScreen } from "./section-screen.tsx";
import { sectionText } from "./section-text.ts";
import { TestPart } from "./test-part.tsx";
import { useTest } from "./use-test.ts";
import { WherePart } from "./where-part.tsx";
import styles from "./settings.module.css";

const css = classesOf(styles);

/** What has a place in the form; everything else that is wrong is told at its top. */
const FIELDS = ["name", "id", "frontends", "account.user", "account.password", "hosts", "nodes", "install"];

export function AddClusterScreen() {
  const { data, error } = useQuery(configurationQuery());
  if (data === undefined)
    return <Unread title={t("Add a cluster")} why={error === null ? null : said(error.message)} />;
  return <AddScreen configuration={data} />;
}

const WAYS = [
  { value: "form", label: msg("StarRocks") },
  { value: "yaml", label: msg("Another system") },
] as const;

/** StarRocks discovers its nodes, and has a form; whoever lists their servers writes the section as the file has it. */
function AddScreen({ configuration }: { readonly configuration: ConfigurationView }) {
  const [way, setWay] = useState<(typeof WAYS)[number]["value"]>("form");
  useKeptDraft("way", way, String, (kept) => setWay(WAYS.find(({ value }) => value === kept)?.value ?? "form"));
  const options = WAYS.map(({ value, label }) => ({ value, label: t(label) }));
  const choice = <Segmented label={t("System")} value={way} options={options} onChange={setWay} />;
  if (way === "form") return <FormScreen configuration={configuration} opened={null} choice={choice} />;
  return <SectionScreen configuration={configuration} opened={null} choice={choice} />;
}

export function ClusterSettingsScreen({ clusterId }: { readonly clusterId: string }) {
  const { data, error } = useQuery(configurationQuery());
  const title = t("Settings of {cluster}", { cluster: clusterId });
  if (data === undefined) return <Unread title={title} why={error === null ? null : said(error.message)} />;
  const found = data.clusters.find(({ id }) => id === clusterId);
  return <OpenedOnce key={clusterId} configuration={data} found={found ?? null} title={title} />;
}

/** The form goes on from what the file said when it was opened, whatever is saved meanwhile. */
function OpenedOnce({
  configuration,
  found,
  title,
}: {
  readonly configuration: ConfigurationView;
  readonly found: ClusterSection | null;
  readonly title: string;
}) {
  const [opened] = useState(found);
  if (opened === null)
    return <Unread title={title} why={t("{file} has no such cluster.", { file: configuration.file })} />;
  return <Watched configuration={configuration} opened={opened} />;
}

/** How old the data is stands at the top of this screen as of every other. */
function Watched(props: { readonly configuration: ConfigurationView; readonly opened: ClusterSection }) {
  useCluster(props.opened.id);
  return props.opened.section["system"] === "starrocks" ? <FormScreen {...props} /> : <SectionScreen {...props} />;
}

function Unread({ title, why }: { readonly title: string; readonly why: string | null }) {
  return (
    <>
      <PageHeader title={title} beside={why === null ? t("reading") : null} />
      {why === null ? null : (
        <VerdictRow icon="warn" tone="attn" verdict={t("There is nothing to change here.")} reason={why} />
      )}
    </>
  );
}

function FormScreen({
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
  const mayNot = useWhyNot("configure");
  const [base, setBase] = useState<{ readonly section: Section; readonly revision: string } | null>(opened);
  const [form, setForm] = useState<ClusterForm>(() => (opened === null ? EMPTY_FORM : formOf(opened.section)));
  const [problems, setProblems] = useState<readonly SectionProblem[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [removing, setRemoving] = useState(false);
  const kept = useKeptDraft(
    "form",
    useMemo(() => ({ form, base }), [form, base]),
    // No secret lies in a browser.
    (draft) => JSON.stringify({ ...draft, form: { ...draft.form, password: undefined } }),
    (text, isUntouched) =>
      void import("./kept-section.ts").then(
        ({ readKeptForm }) => {
          const read = readKeptForm(text);
          if (read === null || !isUntouched()) return;
          setForm(read.form);
          setBase(read.base);
        },
        () => undefined,
      ),
  );

  const now = opened === null ? null : (configuration.clusters.find(({ id }) => id === opened.id) ?? null);
  const isStale = base !== null && now !== null && now.revision !== base.revision;
  const isGone = opened !== null && now === null;
  const before = base?.section ?? {};
  const name = form.name.trim() || form.id.trim() || t("the cluster");
  const set = (part: Partial<ClusterForm>): void => setForm((held) => ({ ...held, ...part }));
  const setName = (text: string): void =>
    set({ name: text, ...(opened === null && form.id === idFrom(form.name) ? { id: idFrom(text) } : {}) });

  const tryIt = async (): Promise<void> => {
    setProblems(missing(form));
    const { report, problems: wrong } = await test.run(sectionOf(form, before));
    if (wrong.length > 0) setProblems(wrong);
    if (report !== null) setProblems(report.findings.flatMap(besideField));
    const cluster = report?.cluster ?? null;
    if (cluster !== null) setForm((held) => withFound(held, cluster.nodes));
  };

  const save = async (): Promise<void> => {
    const lacking = missing(form);
    setProblems(lacking);
    setRefused(lacking.length === 0 ? null : t("Nothing was saved: correct what is marked first."));
    if (lacking.length > 0) return;
    setPending(true);
    const wish = sectionOf(form, before);
    const answer = await (base === null
      ? addCluster(wish)
      : changeCluster(opened?.id ?? "", { ...wish, revision: base.revision }));
    setPending(false);
    await cache.invalidateQueries({ queryKey: configurationQuery().queryKey });
    if (!answer.ok) {
      setProblems(problemsOf(answer));
      return setRefused(
        problemsOf(answer).length > 0 ? t("Nothing was saved: correct what is marked first.") : whyNot(answer),
      );
    }
    kept.forget();
    toast(opened === null ? t("{name} was added.", { name }) : t("{name} was changed.", { name }));
    router.push(pathOf(answer.value.id, "nodes"));
  };

  const readOnly = configuration.readOnly === null ? null : said(configuration.readOnly);
  const held = now === null || now.held === null ? null : said(now.held);
  const locked = mayNot ?? readOnly ?? (isGone ? t("It is not in the file any more.") : null) ?? held;
  const changes = changesBetween(before, sectionOf(form, before).section);
  const blocked =
    locked ??
    (isStale ? t("It was changed in the file meanwhile: say first which one counts.") : null) ??
    (opened !== null && changes.length === 0 && form.password === "" ? t("Nothing is changed yet.") : null);
  const copy = async (): Promise<void> =>
    copyText(
      await sectionText(sectionOf(form, before).section),
      t("{name} as YAML, without a typed password", { name }),
    );
  const leave = (): void => {
    kept.forget();
    router.push(opened === null ? CLUSTERS_PATH : pathOf(opened.id, "nodes"));
  };
  const others = wrongElsewhere(problems, FIELDS);
  const part = { form, problems, onChange: set };
  return (
    <>
      <PageHeader
        title={opened === null ? t("Add a cluster") : t("Settings of {cluster}", { cluster: opened.name })}
        beside={<code>{configuration.file}</code>}
        actions={
          opened === null ? null : (
            <Button kind="destructive" locked={mayNot ?? readOnly ?? held} onPress={() => setRemoving(true)}>
              {t("Remove {cluster}…", { cluster: opened.name })}
            </Button>
          )
        }
      />
      <ConfigurationNotes configuration={configuration} only={opened?.id ?? null} />
      {choice === null ? null : <div className={css("way")}>{choice}</div>}
      <div className={css("screen")}>
        <form
          className={css("form")}
          aria-label={opened === null ? t("The new cluster") : t("Settings of {cluster}", { cluster: opened.name })}
          onSubmit={(event) => {
            event.preventDefault();
            if (blocked === null && !pending) void save();
          }}
        >
          <LockedFields why={mayNot}>
            <WherePart {...part} isNew={opened === null} onName={setName} past={runsOf(configuration, form.id)} />
            <AccountPart {...part} mayKeep={base !== null && formOf(base.section).passwordWay === "kept"} />
            <HostsPart {...part} />
            <NodesPart {...part} />
            <InstallPart {...part} />
          </LockedFields>
          {Object.keys(form.rest).length === 0 ? null : (
            <p className={css("hint")}>
              {rich(msg("Stays as the file has it: {settings}."), {
                settings: <code>{Object.keys(form.rest).join(", ")}</code>,
              })}
            </p>
          )}
          {isStale && now !== null && base !== null ? (
            <ChangedMeanwhile
              file={configuration.file}
              before={base.section}
              now={now.section}
              onTake={() => {
                setBase(now);
                setForm(formOf(now.section));
                setRefused(null);
              }}
              onKeep={() => {
                setBase({ section: base.section, revision: now.revision });
                setRefused(null);
              }}
            />
          ) : null}
          {refused === null ? null : (
            <div role="alert" className={css("alert")}>
              <p>{refused}</p>
              {others.length === 0 ? null : (
                <ul>
                  {others.map(({ field, wrong, remedy }) => (
                    <li key={`${field} ${wrong}`}>
                      {field === "" ? "" : <code>{field}</code>} {said(wrong)} {said(remedy)}
                    </li>
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
        <TestPart test={test} locked={mayNot} onTest={() => void tryIt()} />
      </div>
      {removing && now !== null ? <RemoveDialog cluster={now} onClose={() => setRemoving(false)} /> : null}
    </>
  );
}

/** What the test found wrong, where it is to be corrected. Statements stand in the test, to be copied. */
function besideField({ field, verdict, evidence, remedy, hostKey }: Finding): readonly SectionProblem[] {
  // A key that is to be confirmed is no mistake of the form.
  if (verdict !== "fail" || field === null || hostKey !== undefined) return [];
  const wrong = `${evidence.charAt(0).toUpperCase()}${evidence.slice(1)}${/[.!?]$/.test(evidence) ? "" : "."}`;
  return [
    { field, wrong, remedy: /^(GRANT|SET) /.test(remedy) ? t("The test says which statements give it.") : remedy },
  ];
}

function runsOf(configuration: ConfigurationView, id: string): number | null {
  return configuration.removed.find((each) => each.id === id)?.runCount ?? null;
}

function problemsOf(answer: Exclude<Answer<unknown>, { readonly ok: true }>): readonly SectionProblem[] {
  return answer.because === "problem" ? (answer.problem.all ?? []) : [];
}

/** What the console cannot tell from a section: a password that was to be typed, and was not. */
function missing(form: ClusterForm): readonly SectionProblem[] {
  if (form.passwordWay !== "typed" || form.password !== "") return [];
  const remedy = t("Type it, or choose None for an account that needs none.");
  return [{ field: "account.password", wrong: t("No password was typed."), remedy }];
}
