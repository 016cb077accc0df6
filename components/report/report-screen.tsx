"use client";
/** A run after its end, above its replay and below it. */
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { counts, elapsedMs } from "#lib/run/progress.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { runName } from "#lib/run/run-id.ts";
import { stepOf, type Run } from "#lib/run/state.ts";
import { failedTotal, type LaneSeries } from "#components/charts/lanes.ts";
import { useCluster, useConnection } from "#components/data/live-provider.tsx";
import { probeQuery } from "#components/data/queries.ts";
import { wordsOf } from "#components/data/words.ts";
import { asTitle, count, duration, fullDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { CopyList } from "#components/list/copy-list.tsx";
import { NodePanel } from "#components/run/node-panel.tsx";
import { RollBackButton } from "#components/run/run-hold.tsx";
import { RunTitle } from "#components/run/run-title.tsx";
import { useActing } from "#components/run/use-acting.ts";
import { SkippedList } from "#components/run/skipped-list.tsx";
import { runVerdict } from "#components/run/verdict.ts";
import { Fact, PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { replaceParams } from "#components/shell/params.ts";
import { pathOf } from "#components/shell/place.ts";
import { toldIn, useZone } from "#components/stores/times.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { AuditList } from "./audit-list.tsx";
import { CutTable } from "./cut-table.tsx";
import { exitQuestions, exitRows, lastGates } from "./exits.ts";
import { ExportMenu } from "./export-menu.tsx";
import { ExitsPart } from "./exits-part.tsx";
import { GatesNote } from "./gates-note.tsx";
import { nodeListing } from "./lists.ts";
import { ledgerView } from "./ledger.ts";
import { LedgerPart } from "./ledger-part.tsx";
import { LoansNote } from "./loans-note.tsx";
import { NodeTable } from "./node-table.tsx";
import { NotesPart } from "./notes-part.tsx";
import { ProbeNote } from "./probe-note.tsx";
import { failedTitle, failedValue } from "#components/charts/failed.ts";
import { cutRows, loanSummary, reportRows, waitedForPeopleMs } from "./report.ts";
import styles from "./report-screen.module.css";

const css = classesOf(styles);

export type ReportData = {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly series: LaneSeries;
};

/** What is read in two seconds: the title with its facts, and the verdict. */
export function ReportHead({ run, events, series }: ReportData) {
  const cluster = useCluster(run.plan.clusterId);
  const fresh = useConnection(run.plan.clusterId);
  const endMs = endOf(run);
  const verdict = runVerdict({ run, fresh, inFlight: null, emptyAtMs: null, nowMs: endMs });
  const numbers = counts(run);
  const failed = failedTotal(series, run.startedAtMs, endMs);
  const words = wordsOf(cluster, run.plan);
  return (
    <>
      <PageHeader
        title={
          <>
            <Link className={css("back")} href={pathOf(run.plan.clusterId, "runs")} aria-label={t("All runs")}>
              <Icon name="chevronLeft" size={16} />
            </Link>
            <RunTitle run={run} clusterName={cluster?.name ?? run.plan.clusterId} />
          </>
        }
        beside={
          <span className={css("which")}>
            {t("run {run}, {day}", { run: runName(run.id), day: fullDay(run.startedAtMs) })}
          </span>
        }
        facts={
          <>
            <Fact caption={t("Took")}>{duration(elapsedMs(run, endMs))}</Fact>
            <Fact caption={t("Nodes verified")} note={t("of {whole}", { whole: numbers.total })}>
              {numbers.verified}
            </Fact>
            <Fact
              caption={t("{things} cut", { things: asTitle(words.work.many) })}
              note={failed.of === null ? null : t("of {whole}", { whole: count(failed.of) })}
            >
              <span className={css(numbers.cut > 0 && "bad")}>{count(numbers.cut)}</span>
            </Fact>
            <Fact caption={failedTitle(words)}>
              <span className={css((failed.failed ?? 0) > 0 && "bad")}>{failedValue(failed, words).value}</span>
            </Fact>
            <Fact caption={t("Waited for people")}>{duration(waitedForPeopleMs(events))}</Fact>
          </>
        }
        actions={<ExportMenu run={run} events={events} series={series} />}
      />
      <VerdictRow
        aside={
          run.plan.targetVersion === null ? null : (
            <span className={css("deskOnly")}>
              <RollBackButton run={run} />
            </span>
          )
        }
        icon={verdict.icon}
        tone={verdict.tone}
        verdict={verdict.verdict}
        reason={verdict.reason}
      />
    </>
  );
}

/** Where the time went, what was cut and whose, who did what, what was given back. */
export function ReportBody({ run, events }: Omit<ReportData, "series">) {
  const cluster = useCluster(run.plan.clusterId);
  const acting = useActing(run);
  const shownId = useSearchParams().get("node");
  const endMs = endOf(run);
  const zone = useZone();
  const { nodeRows, cut, ledger, exits, questions } = useMemo(
    () =>
      toldIn(zone, {
        nodeRows: reportRows(run),
        cut: cutRows(run, events),
        ledger: ledgerView(run),
        exits: exitRows(run),
        questions: exitQuestions(run, events),
      }),
    [run, events, zone],
  );
  const probe = useQuery({ ...probeQuery(run.id) }).data ?? null;
  const shown = shownId === null ? null : stepOf(run, shownId);
  const show = (nodeId: string): void => replaceParams({ node: nodeId === shownId ? null : nodeId });
  return (
    <div className={css("regions")}>
      <div className={css("main")}>
        <section aria-labelledby="nodes-title">
          <div className={css("head")}>
            <h2 id="nodes-title">{t("Per node")}</h2>
            <span>{drainedWords(nodeRows)}</span>
            <CopyList of={t("the nodes")} listing={() => nodeListing(reportRows(run))} />
          </div>
          <NodeTable rows={nodeRows} shown={shownId} onShow={show} />
          <SkippedList steps={run.plan.steps} />
        </section>
        {cut.length === 0 ? null : <CutTable rows={cut} ledger={ledger} />}
        {ledger.total === 0 && ledger.open.length === 0 ? null : (
          <LedgerPart ledger={ledger} words={wordsOf(cluster, run.plan)} />
        )}
        <ExitsPart rows={exits} questions={questions} />
        {shown === null ? null : (
          <div className={css("shown")}>
            <NodePanel run={run} step={shown} events={events} cluster={null} nowMs={endMs} acting={acting} />
          </div>
        )}
      </div>
      <aside className={css("aside")}>
        <ProbeNote probe={probe} />
        <GatesNote compared={lastGates(run)} baseline={run.baseline} />
        <LoansNote summary={cluster === null ? null : loanSummary(cluster.loans, run.id)} />
        <NotesPart events={events} />
        <AuditList events={events} />
      </aside>
    </div>
  );
}

function endOf({ life, updatedAtMs }: Run): number {
  return life.at === "ended" ? life.atMs : updatedAtMs;
}

function drainedWords(rows: readonly { readonly took: { readonly drain?: number; readonly exit?: number } }[]): string {
  const ms = rows.reduce((sum, { took }) => sum + (took.drain ?? 0) + (took.exit ?? 0), 0);
  return t("{count, plural, one {# node} other {# nodes}}, {duration} draining and exiting in all", {
    count: rows.length,
    duration: duration(ms),
  });
}
