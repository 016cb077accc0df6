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
import { plural, timeOfDay } from "#components/format.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { ADD_CLUSTER_PATH, pathOf, runPath } from "#components/shell/place.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { ClusterMenu, ConfigurationMenu } from "#components/settings/configuration-menu.tsx";
import { ConfigurationNotes } from "#components/settings/configuration-notes.tsx";
import { RemoveDialog } from "#components/settings/remove-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { StatusWord } from "#components/ui/status-word.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { systemName } from "./system-name.ts";
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
  useShortcuts([{ keys: "n", label: "Add a cluster", act: add }]);
  const addButton = (
    <Button
      kind={clusters.length === 0 ? "primary" : "outline"}
      icon="plus"
      locked={configuration === null ? (unread?.message ?? "The configuration is being read.") : null}
      onPress={add}
    >
      Add a cluster
    </Button>
  );
  const isEmpty = data !== undefined && error === null && clusters.length === 0;
  return (
    <>
      <PageHeader
        title="Clusters"
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
        <VerdictRow icon="clock" tone="danger" verdict="The console does not answer." reason={error.message} />
      )}
      {configuration === null ? null : <ConfigurationNotes configuration={configuration} only={null} />}
      <div className={styles["list"]}>
        {isEmpty ? (
          <NoCluster file={configuration?.file ?? null}>{addButton}</NoCluster>
        ) : (
          <Table
            label="Clusters"
            columns={[...columns(nowMs), ...changing(configuration, setRemoving)]}
            rows={clusters}
            keyOf={(each) => each.id}
            empty="Reading."
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
  const many = plural(clusters.length, "cluster", "clusters");
  if (!isRead)
    return <VerdictRow icon="clock" tone="attn" verdict="Reading." reason="The console is asked for its clusters." />;
  if (clusters.length === 0) {
    const reason = "This console watches nothing yet.";
    return (
      <VerdictRow icon="warn" tone="attn" verdict="No cluster yet." reason={reason} next="Next: add the first one." />
    );
  }
  if (troubled.length === 0)
    return <VerdictRow icon="serving" tone="ok" verdict={`${many} in service.`} reason="Every node serves." />;
  const verdict = `${troubled.length} of ${many} ask for a look.`;
  return (
    <VerdictRow icon="warn" tone="attn" verdict={verdict} reason={`${troubled.map((each) => each.name).join(", ")}.`} />
  );
}

/** The first thing that a new console shows. */
function NoCluster({ file, children }: { readonly file: string | null; readonly children: ReactNode }) {
  return (
    <div className={styles["none"]}>
      <h2>Name one front end of your cluster</h2>
      <p>
        Its address and an account are enough to watch it. A test says what it found and which rights are missing,
        before anything is kept. Hosts and homes, which a run needs, can follow later.
      </p>
      {children}
      {file === null ? null : (
        <p>
          It is written to <code>{file}</code>, where you may edit it too: what is saved there counts at once.
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
      Not watched any more:{" "}
      {configuration.removed.map(({ id, runCount }, index) => (
        <span key={id}>
          {index === 0 ? "" : ", "}
          <Link href={pathOf(id, "runs")}>{id}</Link> ({plural(runCount, "run", "runs")})
        </span>
      ))}
      .
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
      title: "Change",
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
    { key: "name", title: "Cluster", cell: (each) => <Link href={pathOf(each.id, "nodes")}>{each.name}</Link> },
    { key: "system", title: "System", cell: (each) => systemName(each.system) },
    {
      key: "serving",
      title: "Serving",
      cell: (each) =>
        each.servingCount === each.nodeCount ? (
          <StatusWord icon="serving" tone="ok">{`${each.servingCount} of ${each.nodeCount}`}</StatusWord>
        ) : (
          <StatusWord icon="warn" tone="attn">{`${each.servingCount} of ${each.nodeCount}`}</StatusWord>
        ),
    },
    {
      key: "run",
      title: "Under way",
      cell: (each) =>
        each.activeRun === null ? (
          ""
        ) : (
          <Link href={runPath(each.activeRun.id)}>
            {each.activeRun.kind}, run {each.activeRun.id}
          </Link>
        ),
    },
    {
      key: "data",
      title: "Data",
      cell: (each) => <Age summary={each} nowMs={nowMs} />,
    },
    { key: "problem", title: "Problem", wrap: true, cell: (each) => each.problem ?? "" },
  ];
}

function Age({ summary, nowMs }: { readonly summary: ClusterSummary; readonly nowMs: number }) {
  const { at, dataAtMs } = freshnessOf(summary.polledAtMs, ASKED_EVERY_MS, nowMs);
  if (at === "live")
    return (
      <StatusWord icon="live" tone="ok">
        live
      </StatusWord>
    );
  const text = dataAtMs === null ? "no data yet" : `no data since ${timeOfDay(dataAtMs)}`;
  return (
    <StatusWord icon="clock" tone={at === "late" ? "attn" : "danger"}>
      {text}
    </StatusWord>
  );
}
