/**
 * The report of a run as one file: no script, no reference to anything outside it, and readable for as long as there are
 * browsers. The same text is what a report looks like on paper.
 */
import type { SystemWords } from "#lib/cluster/words.ts";
import { nameOf } from "#lib/run/actor.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { ProbeReport } from "#lib/run/probe.ts";
import { counts, elapsedMs } from "#lib/run/progress.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { failedTotal, type LaneSeries } from "#components/charts/lanes.ts";
import { count, dateAndTime, duration, releaseOf, zoneName } from "#components/format.ts";
import { currentLanguage } from "#components/language/current.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import type { Listing } from "#components/list/listing.ts";
import { ganttRows } from "#components/run/gantt-rows.ts";
import { notesOf } from "#components/run/notes.ts";
import { runVerdict } from "#components/run/verdict.ts";
import { skippedIn, skippedWords } from "#components/run/skipped.ts";
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
  noteListing,
  probeListing,
} from "../lists.ts";
import { probeSentence } from "../probe.ts";
import { failedTitle, failedValue } from "#components/charts/failed.ts";
import { cutRows, reportRows, waitedForPeopleMs, type LoanSummary } from "../report.ts";
import { drawing } from "./drawing.ts";
import { STYLE } from "./style.ts";
import { escaped, markup } from "./text.ts";

export type ReportFacts = {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly words: SystemWords;
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
  const title = t("{kind} of {cluster}, run {run}", {
    kind: t(KIND_NAMES[run.plan.kind]),
    cluster: clusterName,
    run: runName(run.id),
  });
  return markup`<!doctype html>
<html lang="${currentLanguage()}">
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
  const { run, events, words, clusterName, series, probe, loans, plan, madeAtMs } = facts;
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
  const notes = notesOf(events);
  const failed = failedTotal(series, run.startedAtMs, endMs);
  const versions =
    run.plan.targetVersion === null
      ? ""
      : ` ${[...new Set(run.plan.fromVersions.map(releaseOf))].join(", ")} → ${run.plan.targetVersion}`;
  return markup`<article class="sluice-report">
<header>
<h1>${escaped(`${t(KIND_NAMES[run.plan.kind])} ${clusterName}${versions}`)}</h1>
<p class="soft">${escaped(t("{run}. All times are {zone}.", { run: whichRun(run, endMs), zone: zoneName() }))}</p>
<p class="verdict"><strong>${escaped(verdict.verdict)}</strong> ${escaped(verdict.reason)}</p>
${factList([
  [t("Took"), duration(elapsedMs(run, endMs))],
  [t("Nodes verified"), t("{part} of {whole}", { part: counts(run).verified, whole: counts(run).total })],
  [
    t("Cut"),
    failed.of === null
      ? count(counts(run).cut)
      : t("{part} of {whole}", { part: count(counts(run).cut), whole: count(failed.of) }),
  ],
  [failedTitle(words), [failedValue(failed, words).value, failedValue(failed, words).note].join(" ")],
  [t("Waited for people"), duration(waitedForPeopleMs(events))],
])}
</header>
<figure>${drawing(ganttRows(run, events, endMs), series, words, run.startedAtMs, endMs + (endMs - run.startedAtMs) * 0.02)}
<figcaption>${escaped(t("Phases of every node, and the throughput of the cluster. Where a line is broken, nothing was kept."))}</figcaption></figure>
${section(t("Per node"), table(nodeListing(reportRows(run))) + skipped(run))}
${cut.length === 0 ? "" : section(t("{count, plural, one {# piece of work was cut} other {# pieces of work were cut}}", { count: cut.length }), table(cutListing(cut)))}
${work.length === 0 ? "" : section(t("What became of {count, plural, one {# piece of work} other {# pieces of work}} in flight", { count: work.length }), table(ledgerListing(work)) + again(ledger))}
${exits(run, events)}
${gates(run)}
${loans === null ? "" : section(t("Borrowed from the cluster"), paragraph(loans.sentence))}
${probe === null ? "" : section(t("Probe"), paragraph(probeSentence(probe)) + (probe.failures.length === 0 ? "" : table(probeListing(probe))))}
${notes.length === 0 ? "" : section(t("Notes"), table(noteListing(notes)))}
${section(t("Who did what"), table(auditListing(events)))}
${section(t("The plan"), markup`<pre>${escaped(plan)}</pre>`)}
<div class="journal">${section(t("Journal"), paragraph(t("Everything that was recorded; counts that followed each other stand as the last of them.")) + table(eventListing(events)))}</div>
<p class="soft">${escaped(t("Written by Sluice on {time} {zone} from the journal of the run, up to its entry {seq}.", { time: dateAndTime(madeAtMs), zone: zoneName(), seq: run.seq }))}</p>
</article>`;
}

/** "Run 0231, 2026-03-05 02:24:05 to 2026-03-05 02:41:10, started by kim for OPS-7: new release" */
function whichRun({ id, startedAtMs, startedBy, plan: { ticket, reason } }: Run, endMs: number): string {
  const started = t("Run {run}, {from} to {to}, started by {person}", {
    run: runName(id),
    from: dateAndTime(startedAtMs),
    to: dateAndTime(endMs),
    person: nameOf(startedBy),
  });
  const what = ticket === undefined ? started : t("{what} for {ticket}", { what: started, ticket });
  return reason === "" ? what : t("{what}: {reason}", { what, reason });
}

function skipped({ plan: { steps } }: Run): string {
  return skippedIn(steps)
    .map((each) => paragraph(t("Skipped: {what}", { what: skippedWords(each, steps.length) })))
    .join("");
}

function exits(run: Run, events: ReportFacts["events"]): string {
  const rows = exitRows(run);
  if (rows.length === 0) return "";
  const answered = exitQuestions(run, events).map(
    ({ question, happened, cause, remedy }) =>
      markup`<h3>${escaped(happened ? t("{question}: yes", { question }) : t("{question}: no", { question }))}</h3>${paragraph(cause)}${remedy === "" ? "" : paragraph(sentences([t("Remedy:"), remedy]))}`,
  );
  return section(t("How each node left"), table(exitListing(rows)) + answered.join(""));
}

function gates(run: Run): string {
  const { gates, nodeId } = lastGates(run);
  if (gates.length === 0 || nodeId === null) return "";
  const items = gates.map(
    ({ title, verdict, evidence }) =>
      markup`<li${verdict === "pass" ? "" : ' class="bad"'}>${escaped(sentences([t("{verdict}: {title}.", { verdict: said(verdict), title: said(title) }), said(evidence)]))}</li>`,
  );
  return section(t("Gates of {node}, the last one verified", { node: nodeId }), markup`<ul>${items.join("")}</ul>`);
}

function again(ledger: ReturnType<typeof ledgerView>): string {
  if (ledger.again.length === 0) return "";
  return markup`<h3>${escaped(t("To run again by hand: {count}", { count: ledger.again.length }))}</h3><pre>${escaped(againText(ledger))}</pre>`;
}

function section(title: string, body: string): string {
  return markup`<section><h2>${escaped(title)}</h2>${body}</section>`;
}

function paragraph(text: string): string {
  return markup`<p>${escaped(text)}</p>`;
}

function factList(pairs: readonly (readonly [caption: string, value: string])[]): string {
  return markup`<dl>${pairs.map(([caption, value]) => markup`<div><dt>${escaped(caption)}</dt><dd>${escaped(value.trim())}</dd></div>`).join("")}</dl>`;
}

function table({ shownTitles, rows, shown }: Listing): string {
  const heads = shownTitles.map((title) => markup`<th scope="col">${escaped(title)}</th>`).join("");
  const body = shown.map((cells, index) => {
    const data = cells.map((cell, column) => {
      const isValue = typeof rows[index]?.[column] === "number" || /^\d\d:\d\d:\d\d( UTC\S*)?$/.test(cell);
      const kind = isValue ? ' class="time"' : cell.length > SHORT ? ' class="long"' : "";
      return markup`<td${kind}>${escaped(cell)}</td>`;
    });
    return markup`<tr>${data.join("")}</tr>`;
  });
  return markup`<table><thead><tr>${heads}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** A name or a word stands on one line; a statement takes as many as it needs. */
const SHORT = 18;
