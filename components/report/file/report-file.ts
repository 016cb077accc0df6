/**
 * The report of a run as one file: no script, no reference to anything outside it, and readable for as long as there are
 * browsers. The same text is what a report looks like on paper.
 */
import { nameOf } from "#lib/run/actor.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { ProbeReport } from "#lib/run/probe.ts";
import { counts, elapsedMs } from "#lib/run/progress.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { failedTotal, failedWords, type LaneSeries } from "#components/charts/lanes.ts";
import { count, dateAndTime, duration, plural, releaseOf, zoneName } from "#components/format.ts";
import type { Listing } from "#components/list/listing.ts";
import { ganttRows } from "#components/run/gantt-rows.ts";
import { runVerdict } from "#components/run/verdict.ts";
import { KIND_NAMES } from "#components/run/words.ts";
import { exitQuestions, exitRows, lastGates } from "../exits.ts";
import { againText, ledgerView } from "../ledger.ts";
import {
  allWork,
  auditListing,
  cutListing,
  eventListing,
  exitListing,
  ledgerListing,
  nodeListing,
  probeListing,
} from "../lists.ts";
import { probeSentence } from "../probe.ts";
import { cutRows, reportRows, waitedForPeopleMs, type LoanSummary } from "../report.ts";
import { drawing } from "./drawing.ts";
import { STYLE } from "./style.ts";
import { escaped } from "./text.ts";

export type ReportFacts = {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly clusterName: string;
  readonly series: LaneSeries;
  /** Null: it had none, or it could not be read. */
  readonly probe: ProbeReport | null;
  /** Null: not known here. */
  readonly loans: LoanSummary | null;
  /** The plan as a file. */
  readonly plan: string;
  readonly madeAtMs: number;
};

export function reportFile(facts: ReportFacts): string {
  const { run, clusterName } = facts;
  const title = `${KIND_NAMES[run.plan.kind]} of ${clusterName}, run ${runName(run.id)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${reportBody(facts)}
</body>
</html>
`;
}

/** What stands on paper, to be put into any page together with its style. */
export function reportBody(facts: ReportFacts): string {
  const { run, events, clusterName, series, probe, loans, plan, madeAtMs } = facts;
  const endMs = run.life.at === "ended" ? run.life.atMs : run.updatedAtMs;
  const verdict = runVerdict({
    run,
    fresh: { at: "live", ageMs: 0, dataAtMs: endMs, console: "open" },
    inFlight: null,
    emptyAtMs: null,
    nowMs: endMs,
  });
  const cut = cutRows(run, events);
  const ledger = ledgerView(run);
  const work = allWork(ledger);
  const failed = failedTotal(series, run.startedAtMs, endMs);
  const versions =
    run.plan.targetVersion === null
      ? ""
      : ` ${[...new Set(run.plan.fromVersions.map(releaseOf))].join(", ")} → ${run.plan.targetVersion}`;
  return `<article class="sluice-report">
<header>
<h1>${escaped(`${KIND_NAMES[run.plan.kind]} ${clusterName}${versions}`)}</h1>
<p class="soft">${escaped(`Run ${runName(run.id)}, ${dateAndTime(run.startedAtMs)} to ${dateAndTime(endMs)}, started by ${nameOf(run.startedBy)}${run.plan.ticket === undefined ? "" : ` for ${run.plan.ticket}`}${run.plan.reason === "" ? "" : `: ${run.plan.reason}`}. All times are ${zoneName()}.`)}</p>
<p class="verdict"><strong>${escaped(verdict.verdict)}</strong> ${escaped(verdict.reason)}</p>
${factList([
  ["Took", duration(elapsedMs(run, endMs))],
  ["Nodes verified", `${counts(run).verified} of ${counts(run).total}`],
  ["Cut", `${count(counts(run).cut)}${failed.of === null ? "" : ` of ${count(failed.of)}`}`],
  ["Failed, as the FEs count", [failedWords(failed).value, failedWords(failed).note].join(" ")],
  ["Waited for people", duration(waitedForPeopleMs(events))],
])}
</header>
<figure>${drawing(ganttRows(run, events, endMs), series, run.startedAtMs, endMs + (endMs - run.startedAtMs) * 0.02)}
<figcaption>Phases of every node, and the throughput of the cluster. Where a line is broken, nothing was kept.</figcaption></figure>
${section("Per node", table(nodeListing(reportRows(run))))}
${cut.length === 0 ? "" : section(plural(cut.length, "piece of work was cut", "pieces of work were cut"), table(cutListing(cut)))}
${work.length === 0 ? "" : section(`What became of ${plural(work.length, "piece of work", "pieces of work")} in flight`, table(ledgerListing(work)) + again(ledger))}
${exits(run, events)}
${gates(run)}
${loans === null ? "" : section("Borrowed from the cluster", paragraph(loans.sentence))}
${probe === null ? "" : section("Probe", paragraph(probeSentence(probe)) + (probe.failures.length === 0 ? "" : table(probeListing(probe))))}
${section("Who did what", table(auditListing(events)))}
${section("The plan", `<pre>${escaped(plan)}</pre>`)}
<div class="journal">${section("Journal", paragraph("Everything that was recorded; counts that followed each other stand as the last of them.") + table(eventListing(events)))}</div>
<p class="soft">${escaped(`Written by Sluice on ${dateAndTime(madeAtMs)} ${zoneName()} from the journal of the run, up to its entry ${run.seq}.`)}</p>
</article>`;
}

function exits(run: Run, events: ReportFacts["events"]): string {
  const rows = exitRows(run);
  if (rows.length === 0) return "";
  const answered = exitQuestions(run, events).map(
    ({ question, happened, cause, remedy }) =>
      `<h3>${escaped(question)}: ${happened ? "yes" : "no"}</h3>${paragraph(cause)}${remedy === "" ? "" : paragraph(`Remedy: ${remedy}`)}`,
  );
  return section("How each node left", table(exitListing(rows)) + answered.join(""));
}

function gates(run: Run): string {
  const { gates, nodeId } = lastGates(run);
  if (gates.length === 0 || nodeId === null) return "";
  const items = gates.map(
    ({ title, verdict, evidence }) =>
      `<li${verdict === "pass" ? "" : ' class="bad"'}>${escaped(`${verdict}: ${title}. ${evidence}`)}</li>`,
  );
  return section(`Gates of ${nodeId}, the last one verified`, `<ul>${items.join("")}</ul>`);
}

function again(ledger: ReturnType<typeof ledgerView>): string {
  if (ledger.again.length === 0) return "";
  return `<h3>To run again by hand: ${ledger.again.length}</h3><pre>${escaped(againText(ledger))}</pre>`;
}

function section(title: string, body: string): string {
  return `<section><h2>${escaped(title)}</h2>${body}</section>`;
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

function factList(pairs: readonly (readonly [caption: string, value: string])[]): string {
  return `<dl>${pairs.map(([caption, value]) => `<div><dt>${escaped(caption)}</dt><dd>${escaped(value.trim())}</dd></div>`).join("")}</dl>`;
}

function table({ shownTitles, rows, shown }: Listing): string {
  const heads = shownTitles.map((title) => `<th scope="col">${escaped(title.replace(/, s$/, ""))}</th>`).join("");
  const body = shown.map((cells, index) => {
    const data = cells.map((cell, column) => {
      const isValue = typeof rows[index]?.[column] === "number" || /^\d\d:\d\d:\d\d( UTC\S*)?$/.test(cell);
      const kind = isValue ? ' class="time"' : cell.length > SHORT ? ' class="long"' : "";
      return `<td${kind}>${escaped(cell)}</td>`;
    });
    return `<tr>${data.join("")}</tr>`;
  });
  return `<table><thead><tr>${heads}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** A name or a word stands on one line; a statement takes as many as it needs. */
const SHORT = 18;
