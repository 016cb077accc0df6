"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { isVersion } from "#lib/cluster/version.ts";
import { checkKey } from "#lib/run/check.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { valueOf, whyNot } from "#components/data/client.ts";
import { useCluster, useConnection } from "#components/data/live-provider.tsx";
import { draftPlan, startRun } from "#components/data/mutations.ts";
import { versionsQuery } from "#components/data/queries.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Select } from "#components/ui/select.tsx";
import { CommandPreview } from "./command-preview.tsx";
import { DEFAULT_FORM, formProblem, requestOf, type PlanForm, type PlanKind } from "./form.ts";
import { judge, type Answered } from "./judgement.ts";
import { OrderList } from "./order-list.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { Preflight } from "./preflight.tsx";
import { StartDialog } from "./start-dialog.tsx";
import styles from "./plan-screen.module.css";

const css = classesOf(styles);

/** How often the cluster is asked again while a plan is looked at. */
const CHECK_AGAIN_MS = 15_000;

export function PlanScreen({
  clusterId,
  wantedVersion,
}: {
  readonly clusterId: string;
  readonly wantedVersion: string | null;
}) {
  const cluster = useCluster(clusterId);
  return cluster === null ? (
    <p className={css("reading")}>Reading {clusterId}.</p>
  ) : (
    <Plan cluster={cluster} wantedVersion={wantedVersion} />
  );
}

function Plan({ cluster, wantedVersion }: { readonly cluster: ClusterView; readonly wantedVersion: string | null }) {
  const versions = useQuery(versionsQuery(cluster.id));
  const choices = (versions.data ?? []).filter(({ version }) => !isEverywhere(cluster, version));
  const [chosen, setForm] = useState<PlanForm>({ ...DEFAULT_FORM, targetVersion: wantedVersion });
  const form = { ...chosen, targetVersion: chosen.targetVersion ?? choices[0]?.version ?? null };
  const [answered, setAnswered] = useState<Answered>({});
  const [starting, setStarting] = useState(false);
  const router = useRouter();
  const connection = useConnection(cluster.id);

  const nodes = Object.values(cluster.nodes);
  const request = useDeferredValue(requestOf(form, nodes));
  const wrong = formProblem(form);
  const drafted = useQuery({
    queryKey: ["draft", cluster.id, request],
    queryFn: () => valueOf(draftPlan(cluster.id, request)),
    enabled: wrong === null,
    placeholderData: keepPreviousData,
    refetchInterval: CHECK_AGAIN_MS,
    retry: false,
  });
  const draft = drafted.data ?? null;
  const activeRun = cluster.runs.find(({ endedAtMs }) => endedAtMs === null)?.id ?? null;
  const judgement = judge({
    problem: wrong ?? (drafted.error === null ? null : drafted.error.message),
    draft,
    answered,
    activeRun,
    isStale: connection.console === "lost" || connection.at === "lost",
  });
  const open = (): void => setStarting(true);
  useShortcuts([{ keys: "s", label: "Start the plan…", act: open, locked: judgement.refusal }]);

  const change = (changes: Partial<PlanForm>): void => setForm({ ...form, ...changes });
  const start = async (confirm: string): Promise<string | null> => {
    const overrides = (draft?.checks ?? []).flatMap((check) => {
      const reason = answered[checkKey(check)];
      return reason === undefined || check.verdict === "pass" ? [] : [{ checkKey: checkKey(check), reason }];
    });
    const answer = await startRun(cluster.id, { request, confirm, overrides });
    if (!answer.ok) return whyNot(answer);
    router.push(`/runs/${encodeURIComponent(answer.value.runId)}`);
    return null;
  };

  return (
    <div className={css("screen")}>
      <PageHeader
        title={`Plan ${form.kind}, ${cluster.name}`}
        beside={
          <div className={css("choice")}>
            <Segmented<PlanKind>
              label="What the run does"
              value={form.kind}
              options={[
                { value: "upgrade", label: "Upgrade" },
                { value: "restart", label: "Restart" },
              ]}
              onChange={(kind) => change({ kind, order: null })}
            />
            {form.kind === "upgrade" ? (
              <>
                <code>{versionsOf(cluster).join(", ")}</code>
                <Icon name="arrowRight" />
                {form.targetVersion === null ? (
                  <span>{versions.isPending ? "reading the hosts" : "no other version lies on the hosts"}</span>
                ) : (
                  <Select
                    label="Version to upgrade to"
                    mono
                    value={form.targetVersion}
                    options={choices.map(({ version, on, missingOn }) => ({
                      value: version,
                      label: version,
                      note: missingOn.length === 0 ? `on all ${on.length}` : `missing on ${missingOn.length}`,
                    }))}
                    onChange={(targetVersion) => change({ targetVersion, order: null })}
                  />
                )}
              </>
            ) : null}
          </div>
        }
        actions={
          <Button kind="primary" icon="play" shortcut="S" locked={judgement.refusal} onPress={open}>
            Start…
          </Button>
        }
      />
      <VerdictRow icon={judgement.icon} tone={judgement.tone} verdict={judgement.verdict} reason={judgement.reason} />
      <div className={css("regions")}>
        <OrderList draft={draft} cluster={cluster} onOrder={(order) => change({ order })} />
        <PolicyForm form={form} onChange={change} />
        <Preflight
          draft={draft}
          isChecking={drafted.isFetching}
          answered={answered}
          onCheckAgain={() => void drafted.refetch()}
          onAnswer={(key, reason) => setAnswered({ ...answered, [key]: reason })}
        />
      </div>
      <CommandPreview draft={draft} />
      <StartDialog
        open={starting}
        onClose={() => setStarting(false)}
        clusterName={cluster.name}
        plan={draft?.plan ?? null}
        onStart={start}
      />
    </div>
  );
}

function versionsOf(cluster: ClusterView): readonly string[] {
  const versions = Object.values(cluster.nodes).flatMap(({ observation }) => {
    const version = observation.version?.value;
    return version === undefined ? [] : [version.replace(/-[0-9a-f]+$/, "")];
  });
  return [...new Set(versions)].sort();
}

function isEverywhere(cluster: ClusterView, version: string): boolean {
  return Object.values(cluster.nodes).every(({ observation }) => {
    const running = observation.version?.value ?? null;
    return running !== null && isVersion(running, version);
  });
}
