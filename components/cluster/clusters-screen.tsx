"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, type ReactNode } from "react";
import type { ConfigurationView } from "#lib/wire/configuration.ts";
import type { ClusterSummary } from "#lib/wire/views.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { clustersQuery, configurationQuery } from "#components/data/queries.ts";
import { freshnessOf } from "#components/data/freshness.ts";
import { timeOfDay } from "#components/format.ts";
import { rich } from "#components/language/rich.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { ADD_CLUSTER_PATH, pathOf, runPath } from "#components/shell/place.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { ClusterMenu, ConfigurationMenu } from "#components/settings/configuration-menu.tsx";
import { ConfigurationNotes } from "#components/settings/configuration-notes.tsx";
import { RemoveDialog } from "#components/settings/remove-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { StatusWord } from "#components/ui/status-word.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { kindWord } from "./kind-word.ts";
import styles from "./lists.module.css";

/** The list is asked for every 5 s: a summary is not late before two of these. */
const ASKED_EVERY_MS = 5000;

export function ClustersScreen() {
  const nowMs = useNow();
  const router = useRouter();
  const { data, error } = useQuery(clustersQuery());
  const clusters = data ?? [];
  const { data: configuration = null, error: unread } = useQuery(configurationQuery());
  const [removing, setRemoving] = useState<string | null>(null);
  const leaves = configuration?.clusters.find(({ id }) => id === removing) ?? null;
  const add = (): void => router.push(ADD_CLUSTER_PATH);
  useShortcuts([{ keys: "n", label: t("Add a cluster"), act: add }]);
  const addButton = (
    <Button
      kind={clusters.length === 0 ? "primary" : "outline"}
      icon="plus"
      locked={
        configuration === null ? (unread === null ? t("The configuration is being read.") : said(unread.message)) : null
      }
      onPress={add}
    >
      {t("Add a cluster")}
    </Button>
  );
  const isEmpty = data !== undefined && error === null && clusters.length === 0;
  return (
    <>
      <PageHeader
        title={t("Clusters")}
        actions={
          isEmpty ? null : (
            <>
              {configuration === null ? null : <ConfigurationMenu configuration={configuration} />}
              {addButton}
            </>
          )
        }
      />
      {error === null ? (
        <ClustersVerdict clusters={clusters} isRead={data !== undefined} />
      ) : (
        <VerdictRow
          icon="clock"
          tone="danger"
          verdict={t("The console does not answer.")}
          reason={said(error.message)}
        />
      )}
      {configuration === null ? null : <ConfigurationNotes configuration={configuration} only={null} />}
      <div className={styles["list"]}>
        {isEmpty ? (
          <NoCluster file={configuration?.file ?? null}>{addButton}</NoCluster>
        ) : (
          <Table
            label={t("Clusters")}
            columns={[...columns(nowMs), ...changing(configuration, setRemoving)]}
            rows={clusters}
            keyOf={(each) => each.id}
            empty={t("Reading.")}
          />
        )}
        {configuration === null ? null : <Removed configuration={configuration} />}
      </div>
      {leaves === null ? null : <RemoveDialog cluster={leaves} onClose={() => setRemoving(null)} />}
    </>
  );
}

function ClustersVerdict({
  clusters,
  isRead,
}: {
  readonly clusters: readonly ClusterSummary[];
  readonly isRead: boolean;
}) {
  const troubled = clusters.filter((each) => each.problem !== null || each.servingCount < each.nodeCount);
  const count = clusters.length;
  if (!isRead)
    return (
      <VerdictRow
        icon="clock"
        tone="attn"
        verdict={t("Reading.")}
        reason={t("The console is asked for its clusters.")}
      />
    );
  if (clusters.length === 0) {
    const reason = t("This console watches nothing yet.");
    return (
      <VerdictRow
        icon="warn"
        tone="attn"
        verdict={t("No cluster yet.")}
        reason={reason}
        next={t("Next: add the first one.")}
      />
    );
  }
  if (troubled.length === 0)
    return (
      <VerdictRow
        icon="serving"
        tone="ok"
        verdict={t("{count, plural, one {# cluster} other {# clusters}} in service.", { count })}
        reason={t("Every node serves.")}
      />
    );
  const verdict = t("{troubled} of {count, plural, one {# cluster} other {# clusters}} ask for a look.", {
    troubled: troubled.length,
    count,
  });
  return (
    <VerdictRow
      icon="warn"
      tone="attn"
      verdict={verdict}
      reason={t("{clusters}.", { clusters: troubled.map((each) => each.name).join(t(", ")) })}
    />
  );
}

/** The first thing that a new console shows. */
function NoCluster({ file, children }: { readonly file: string | null; readonly children: ReactNode }) {
  return (
    <div className={styles["none"]}>
      <h2>{t("Name one front end of your cluster")}</h2>
      <p>
        {t(
          "Its address and an account are enough to watch it. A test says what it found and which rights are missing, before anything is kept. Hosts and homes, which a run needs, can follow later.",
        )}
      </p>
      {children}
      {file === null ? null : (
        <p>
          {rich(msg("It is written to {file}, where you may edit it too: what is saved there counts at once."), {
            file: <code>{file}</code>,
          })}
        </p>
      )}
    </div>
  );
}

/** Clusters of before, whose past is kept. */
function Removed({ configuration }: { readonly configuration: ConfigurationView }) {
  if (configuration.removed.length === 0) return null;
  return (
    <p className={styles["removed"]}>
      {rich(msg("Not watched any more: {clusters}."), {
        clusters: configuration.removed.map(({ id, runCount }, index) => (
          <span key={id}>
            {index === 0 ? "" : t(", ")}
            {rich(
              msg("{cluster} ({count, plural, one {# run} other {# runs}})"),
              { cluster: <Link href={pathOf(id, "runs")}>{id}</Link> },
              { count: runCount },
            )}
          </span>
        )),
      })}
    </p>
  );
}

function changing(
  configuration: ConfigurationView | null,
  onRemove: (id: string) => void,
): readonly Column<ClusterSummary>[] {
  if (configuration === null) return [];
  const byId = new Map(configuration.clusters.map((each) => [each.id, each]));
  return [
    {
      key: "change",
      title: t("Change"),
      align: "end",
      cell: ({ id }) => {
        const cluster = byId.get(id);
        return cluster === undefined ? null : <ClusterMenu cluster={cluster} onRemove={() => onRemove(id)} />;
      },
    },
  ];
}

function columns(nowMs: number): readonly Column<ClusterSummary>[] {
  return [
    { key: "name", title: t("Cluster"), cell: (each) => <Link href={pathOf(each.id, "nodes")}>{each.name}</Link> },
    { key: "system", title: t("System"), cell: (each) => said(each.systemName) },
    {
      key: "serving",
      title: t("Serving"),
      cell: (each) =>
        each.servingCount === each.nodeCount ? (
          <StatusWord icon="serving" tone="ok">
            {servingOf(each)}
          </StatusWord>
        ) : (
          <StatusWord icon="warn" tone="attn">
            {servingOf(each)}
          </StatusWord>
        ),
    },
    {
      key: "run",
      title: t("Under way"),
      cell: (each) =>
        each.activeRun === null ? (
          ""
        ) : (
          <Link href={runPath(each.activeRun.id)}>
            {t("{kind}, run {run}", { kind: kindWord(each.activeRun.kind), run: each.activeRun.id })}
          </Link>
        ),
    },
    {
      key: "data",
      title: t("Data"),
      cell: (each) => <Age summary={each} nowMs={nowMs} />,
    },
    { key: "problem", title: t("Problem"), wrap: true, cell: (each) => said(each.problem ?? "") },
  ];
}

function servingOf({ servingCount, nodeCount }: ClusterSummary): string {
  return t("{serving} of {total}", { serving: servingCount, total: nodeCount });
}

function Age({ summary, nowMs }: { readonly summary: ClusterSummary; readonly nowMs: number }) {
  const { at, dataAtMs } = freshnessOf(summary.polledAtMs, ASKED_EVERY_MS, nowMs);
  if (at === "live")
    return (
      <StatusWord icon="live" tone="ok">
        {t("live")}
      </StatusWord>
    );
  const text = dataAtMs === null ? t("no data yet") : t("no data since {time}", { time: timeOfDay(dataAtMs) });
  return (
    <StatusWord icon="clock" tone={at === "late" ? "attn" : "danger"}>
      {text}
    </StatusWord>
  );
}
