"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, type ReactNode } from "react";
import type { ConfigurationView } from "#lib/wire/configuration.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { useWhyNot } from "#components/data/person.tsx";
import { clustersQuery, configurationQuery } from "#components/data/queries.ts";
import { freshnessOf } from "#components/data/freshness.ts";
import { rich } from "#components/language/rich.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { found } from "#components/list/find.ts";
import { ListTools, useListView } from "#components/list/list-tools.tsx";
import { listingOf } from "#components/list/listing.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { ADD_CLUSTER_PATH, pathOf } from "#components/shell/place.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { ClusterMenu, ConfigurationMenu } from "#components/settings/configuration-menu.tsx";
import { ConfigurationNotes } from "#components/settings/configuration-notes.tsx";
import { RemoveDialog } from "#components/settings/remove-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { ASKED_EVERY_MS, columns, LISTED, textOf } from "./clusters-columns.tsx";
import { clusterNow, fleetVerdict, inNeed, type Row } from "./fleet.ts";
import styles from "./lists.module.css";

export function ClustersScreen() {
  const nowMs = useNow();
  const router = useRouter();
  const { data, error } = useQuery(clustersQuery());
  const clusters = data ?? [];
  const rows = inNeed(
    clusters.map((summary) => ({
      summary,
      now: clusterNow(summary, freshnessOf(summary.polledAtMs, ASKED_EVERY_MS, nowMs)),
    })),
  );
  const view = useListView();
  const shown = found(rows, textOf, view.filter);
  const { data: configuration = null, error: unread } = useQuery(configurationQuery());
  const [removing, setRemoving] = useState<string | null>(null);
  const leaves = configuration?.clusters.find(({ id }) => id === removing) ?? null;
  const mayNot = useWhyNot("configure");
  const add = (): void => router.push(ADD_CLUSTER_PATH);
  useShortcuts([{ keys: "n", label: t("Add a cluster"), act: add, locked: mayNot }]);
  const addButton = (
    <Button
      kind={clusters.length === 0 ? "primary" : "outline"}
      icon="plus"
      locked={
        mayNot ??
        (configuration === null
          ? unread === null
            ? t("The configuration is being read.")
            : said(unread.message)
          : null)
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
        <ClustersVerdict rows={rows} isRead={data !== undefined} />
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
          <>
            {rows.length === 0 ? null : (
              <ListTools
                view={view}
                name={t("clusters")}
                shown={shown.length}
                total={rows.length}
                byTime={false}
                listing={() => listingOf(LISTED, shown)}
              />
            )}
            <Table
              label={t("Clusters")}
              columns={[...columns(nowMs), ...changing(configuration, setRemoving)]}
              rows={shown}
              keyOf={({ summary }) => summary.id}
              empty={data === undefined ? t("Reading.") : t("No cluster is like that. Esc clears the filter.")}
            />
          </>
        )}
        {configuration === null ? null : <Removed configuration={configuration} />}
      </div>
      {leaves === null ? null : <RemoveDialog cluster={leaves} onClose={() => setRemoving(null)} />}
    </>
  );
}

function ClustersVerdict({ rows, isRead }: { readonly rows: readonly Row[]; readonly isRead: boolean }) {
  if (!isRead)
    return (
      <VerdictRow
        icon="clock"
        tone="attn"
        verdict={t("Reading.")}
        reason={t("The console is asked for its clusters.")}
      />
    );
  if (rows.length === 0) {
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
  const { icon, tone, verdict, reason, first } = fleetVerdict(rows);
  return (
    <VerdictRow
      icon={icon}
      tone={tone}
      verdict={verdict}
      reason={reason}
      next={
        first === null ? null : (
          <Link href={pathOf(first.id, "nodes")}>{t("Look at {cluster} first", { cluster: first.name })}</Link>
        )
      }
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

function changing(configuration: ConfigurationView | null, onRemove: (id: string) => void): readonly Column<Row>[] {
  if (configuration === null) return [];
  const byId = new Map(configuration.clusters.map((each) => [each.id, each]));
  return [
    {
      key: "change",
      title: t("Change"),
      align: "end",
      cell: ({ summary: { id } }) => {
        const cluster = byId.get(id);
        return cluster === undefined ? null : <ClusterMenu cluster={cluster} onRemove={() => onRemove(id)} />;
      },
    },
  ];
}
