"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { checkKey, type Check } from "#lib/run/check.ts";
import { rollBackOf } from "#lib/run/roll-back.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { AvailableVersionView, ClusterView, PlanDraft } from "#lib/wire/views.ts";
import { useCluster, useConnection, useRun } from "#components/data/live-provider.tsx";
import { versionsQuery } from "#components/data/queries.ts";
import { rightToStart } from "#lib/people/rights.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { newerThan, whyNoNewRun } from "#components/data/next-run.ts";
import { releaseOf } from "#components/format.ts";
import { usePlanForecast } from "#components/forecast/use-forecast.ts";
import { planLasting } from "#components/forecast/words.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { useAnnounced } from "#components/shell/use-announced.ts";
import { useIsPhone } from "#components/shell/use-is-phone.ts";
import { Button } from "#components/ui/button.tsx";
import { Select } from "#components/ui/select.tsx";
import { whyNotReady } from "./checks.ts";
import { CommandsPart } from "./commands-part.tsx";
import { OrderPart } from "./order-part.tsx";
import { fileOfForm } from "./form-as-file.ts";
import { PlanFileMenu } from "./plan-file-menu.tsx";
import { newForm, requestOf, rollBackForm, type PlanForm } from "./plan-form.ts";
import { planVerdict } from "./plan-verdict.ts";
import { PolicyPart } from "./policy-part.tsx";
import { PreflightPart } from "./preflight-part.tsx";
import { StagingPart } from "./staging-part.tsx";
import { StartDialog } from "./lazy-dialogs.tsx";
import { useKeptPlan } from "./use-kept-plan.ts";
import { useDraft } from "./use-draft.ts";
import styles from "./plan-screen.module.css";

export function PlanScreen({
  clusterId,
  wantedVersion,
  rollBackRunId,
}: {
  readonly clusterId: string;
  readonly wantedVersion: string | null;
  /** The way back of this run is planned; null: a plan of its own. */
  readonly rollBackRunId: string | null;
}) {
  const cluster = useCluster(clusterId);
  const versions = useQuery(versionsQuery(clusterId));
  if (cluster === null) return <PageHeader title={t("Plan")} beside={t("reading")} />;
  if (versions.data === undefined && versions.error === null) {
    return (
      <PageHeader
        title={t("Plan, {cluster}", { cluster: cluster.name })}
        beside={t("reading which versions can be installed")}
      />
    );
  }
  const listed = versions.data ?? [];
  const unread = versions.data === undefined ? (versions.error?.message ?? null) : null;
  if (rollBackRunId !== null)
    return <WayBack runId={rollBackRunId} cluster={cluster} versions={listed} unread={unread} />;
  const wish = newForm(
    wantedVersion ?? newerThan(versionsNot(cluster, listed), versionsOf(cluster)[0] ?? null)?.version ?? null,
  );
  return <Planning cluster={cluster} versions={listed} unread={unread} wish={wish} ending={null} />;
}

/** The plan that takes back what a run did; nothing of it is sent before it is started like any other. */
function WayBack({
  runId,
  cluster,
  versions,
  unread,
}: {
  readonly runId: string;
  readonly cluster: ClusterView;
  readonly versions: readonly AvailableVersionView[];
  readonly unread: string | null;
}) {
  const { run } = useRun(runId);
  // What the way back begins with is read once: the run may end while it is planned.
  const [begun, begin] = useState<{ readonly wish: PlanForm; readonly ending: Run | null } | null>(null);
  const title = t("Roll back run {run}", { run: runName(runId) });
  if (run === null) return <PageHeader title={title} beside={t("reading")} />;
  const back = rollBackOf(run);
  if (begun !== null)
    return (
      <Planning
        cluster={cluster}
        versions={versions}
        unread={unread}
        wish={begun.wish}
        ending={begun.ending === null ? null : run}
      />
    );
  if (!back.can) {
    return (
      <>
        <PageHeader title={title} />
        <VerdictRow icon="fail" tone="attn" verdict={t("It cannot be rolled back.")} reason={said(back.why)} />
      </>
    );
  }
  // As artifacts are named: a build that no list names is asked for by itself.
  const named = versions.find(({ version }) => isVersion(back.targetVersion, version))?.version ?? back.targetVersion;
  const wish = { ...rollBackForm(run, back, Object.keys(cluster.nodes)), targetVersion: named };
  begin({ wish, ending: back.endsRun ? run : null });
  return null;
}

const NO_CHECKS: readonly Check[] = [];

type Starting = { readonly draft: PlanDraft; readonly request: PlanRequestBody };

function Planning({
  cluster,
  versions,
  unread,
  wish,
  ending,
}: {
  readonly cluster: ClusterView;
  readonly versions: readonly AvailableVersionView[];
  /** Why it is not known which versions can be installed; null: it is. */
  readonly unread: string | null;
  readonly wish: PlanForm;
  /** A run that waits for *Finish*, and ends without it when this plan starts; null: none does. */
  readonly ending: Run | null;
}) {
  const running = versionsOf(cluster);
  const [form, setForm] = useState<PlanForm>(wish);
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  // What was asked about stays in the dialog, whatever becomes of a later draft: what is typed there is not lost.
  const [starting, setStarting] = useState<Starting | null>(null);
  const nodes = Object.values(cluster.nodes).map((view) => view.node);
  const { forget } = useKeptPlan(cluster.id, nodes, { form, reasons }, (keptForm, keptReasons) => {
    setForm(keptForm);
    setReasons(keptReasons);
  });
  const request = requestOf(form, nodes);
  // The reason changes no plan: typing it asks for nothing.
  const mayNotPlan = useWhyNot("plan");
  const drafting = useDraft(
    cluster.id,
    request === null || mayNotPlan !== null ? null : { ...request, reason: "", ticket: undefined },
  );
  const { draft } = drafting;
  const isPhone = useIsPhone();
  const fresh = useConnection(cluster.id);
  const mayNotStart = useWhyNot(rightToStart(form.policy));
  const blocked = mayNotStart ?? whyNoNewRun(cluster, fresh, ending?.id ?? null);
  const change = (part: Partial<PlanForm>): void => setForm((before) => ({ ...before, ...part }));
  const lasting = usePlanForecast(draft?.plan ?? null, cluster);
  const verdict = planVerdict({
    form,
    drafting,
    reasons,
    blocked,
    mayNotPlan,
    unread,
    lasting: lasting === null ? null : planLasting(lasting),
  });
  useAnnounced(`${verdict.verdict} ${verdict.reason}`, false);
  const locked =
    blocked ??
    (isPhone ? t("Start from a wider screen. A phone can approve, extend, pause, abort and read.") : null) ??
    drafting.problem ??
    (draft === null || drafting.outdated ? t("The checks are being asked.") : whyNotReady(draft.checks, reasons)) ??
    (draft?.plan.steps.length === 0 ? t("The plan touches no node.") : null);
  const start = (): void => {
    if (draft !== null && request !== null) setStarting({ draft, request });
  };
  useShortcuts([{ keys: "s", label: t("Start the plan…"), act: start, locked }]);
  const setReason = (key: string, reason: string | null): void =>
    setReasons((before) =>
      reason === null
        ? Object.fromEntries(Object.entries(before).filter(([each]) => each !== key))
        : { ...before, [key]: reason },
    );
  return (
    <>
      <PageHeader
        title={t("Plan {kind, select, upgrade {upgrade} downgrade {downgrade} other {restart}}, {cluster}", {
          kind: form.kind,
          cluster: cluster.name,
        })}
        beside={
          <span className={styles["versions"]}>
            <span>{running.join(", ")}</span>
            {form.kind === "restart" ? null : (
              <>
                <span className={styles["arrow"]}>→</span>
                <Select
                  label={t("Version to {kind, select, upgrade {upgrade} other {downgrade}} to", { kind: form.kind })}
                  mono
                  value={form.targetVersion ?? ""}
                  options={versionOptions(
                    reachable(cluster, versions, form.kind),
                    chosenOf(versions, form, unread),
                    nodes.length,
                  )}
                  onChange={(targetVersion) => change({ targetVersion })}
                />
              </>
            )}
          </span>
        }
        actions={
          <>
            <PlanFileMenu
              clusterId={cluster.id}
              nodes={nodes}
              draft={fileOfForm(form, cluster.id, nodes, draft?.plan.steps.map(({ nodeId }) => nodeId) ?? form.order)}
              onUse={setForm}
            />
            <Button kind="primary" icon="play" shortcut="S" locked={locked} onPress={start}>
              {t("Start…")}
            </Button>
          </>
        }
      />
      <VerdictRow {...verdict} />
      <StagingPart
        clusterId={cluster.id}
        version={form.kind === "restart" ? undefined : versions.find(({ version }) => version === form.targetVersion)}
        onEnd={drafting.again}
      />
      <div className={styles["regions"]}>
        <OrderPart cluster={cluster} form={form} plan={draft?.plan ?? null} onChange={change} />
        <PolicyPart form={form} plan={draft?.plan ?? null} words={cluster.words} onChange={change} />
        <PreflightPart
          checks={draft?.checks ?? NO_CHECKS}
          checkedAtMs={draft?.checkedAtMs ?? null}
          drafting={drafting}
          reasons={reasons}
          onReason={setReason}
        />
      </div>
      {draft === null ? null : <CommandsPart draft={draft} cluster={cluster} />}
      {starting === null ? null : (
        <StartDialog
          cluster={cluster}
          request={starting.request}
          draft={draft ?? starting.draft}
          reasons={onlyFor(reasons, (draft ?? starting.draft).checks)}
          ending={ending}
          locked={locked}
          onStarted={forget}
          onClose={() => setStarting(null)}
        />
      )}
    </>
  );
}

function onlyFor(
  reasons: Readonly<Record<string, string>>,
  checks: readonly Check[],
): Readonly<Record<string, string>> {
  const keys = new Set(checks.map(checkKey));
  return Object.fromEntries(Object.entries(reasons).filter(([key]) => keys.has(key)));
}

function versionsNot(cluster: ClusterView, versions: readonly AvailableVersionView[]): readonly AvailableVersionView[] {
  return versions.filter(({ version }) => !isEverywhere(cluster, version));
}

/** What some node could go to: newer than one of them to upgrade, older than one of them to downgrade. */
function reachable(
  cluster: ClusterView,
  versions: readonly AvailableVersionView[],
  kind: PlanForm["kind"],
): readonly AvailableVersionView[] {
  const running = Object.values(cluster.nodes).flatMap(({ observation }) => observation.version?.value ?? []);
  const way = kind === "downgrade" ? -1 : 1;
  const goes = (version: string): boolean =>
    running.length === 0 || running.some((one) => (compareVersions(version, one) ?? way) * way > 0);
  return versionsNot(cluster, versions).filter(({ version }) => goes(version));
}

function isEverywhere(cluster: ClusterView, version: string): boolean {
  return Object.values(cluster.nodes).every(({ observation }) => isVersion(observation.version?.value ?? "", version));
}

/** What runs now, the oldest first. */
function versionsOf(cluster: ClusterView): readonly string[] {
  const all = Object.values(cluster.nodes).flatMap(({ observation }) => observation.version?.value ?? []);
  return [...new Set(all.map(releaseOf))].toSorted((a, b) => compareVersions(a, b) ?? 0);
}

type Chosen = { readonly version: string; readonly on: number | null };

/** On how many hosts it lies; null: nobody knows. */
function chosenOf(
  versions: readonly AvailableVersionView[],
  { targetVersion }: PlanForm,
  unread: string | null,
): Chosen | null {
  if (targetVersion === null) return null;
  const found = versions.find(({ version }) => version === targetVersion);
  return { version: targetVersion, on: found?.on.length ?? (unread === null ? 0 : null) };
}

function versionOptions(versions: readonly AvailableVersionView[], chosen: Chosen | null, hosts: number) {
  const listed = versions
    .toSorted((a, b) => -(compareVersions(a.version, b.version) ?? 0))
    .map(({ version, on }) => ({ value: version, label: version, note: onHosts(on.length, hosts) }));
  if (chosen === null) return [{ value: "", label: t("choose") }, ...listed];
  const { version, on } = chosen;
  const known = listed.some((option) => option.value === version);
  return known ? listed : [{ value: version, label: version, note: onHosts(on, hosts) }, ...listed];
}

function onHosts(count: number | null, hosts: number): string {
  if (count === null) return t("not known");
  return count === 0 ? t("on no host") : t("on {count} of {hosts} hosts", { count, hosts });
}
