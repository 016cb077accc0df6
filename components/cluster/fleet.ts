/** Many clusters: what each does now in one sentence, which of them want a person, and the one sentence of them all. */
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { ClusterSummary } from "#lib/wire/views.ts";
import type { Freshness } from "#components/data/freshness.ts";
import { count, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { joined, PHASE_DOING } from "#components/run/words.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";
import { holdSentence } from "./hold-sentence.ts";

/** 0: something is wrong that nobody planned; 1: a person is waited for; 2: a run goes on by itself; 3: all is calm. */
export type Wants = 0 | 1 | 2 | 3;

export type ClusterNow = {
  readonly wants: Wants;
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly sentence: string;
};

type Standing = NonNullable<ClusterSummary["standing"]>["verdict"];

export function clusterNow(summary: ClusterSummary, fresh: Freshness): ClusterNow {
  return (
    unseen(summary, fresh) ??
    astray(summary) ??
    (summary.standing === null ? null : underRun(summary.standing.verdict)) ??
    calm()
  );
}

function unseen({ problem }: ClusterSummary, { at, dataAtMs }: Freshness): ClusterNow | null {
  if (at === "lost") {
    const since = dataAtMs === null ? t("No data yet.") : t("No data since {time}.", { time: timeOfDay(dataAtMs) });
    return {
      wants: 0,
      icon: "clock",
      tone: "danger",
      sentence: sentences([since, problem === null ? "" : closed(said(problem))]),
    };
  }
  return problem === null ? null : { wants: 0, icon: "warn", tone: "attn", sentence: closed(said(problem)) };
}

/** What somebody else said may end as it likes; here it is a sentence. */
function closed(text: string): string {
  return /[.。!?！？]$/.test(text) ? text : t("{sentence}.", { sentence: text });
}

function astray({ astray: { count: all, first } }: ClusterSummary): ClusterNow | null {
  if (all === 0) return null;
  const values = { count: all, nodes: joined(first), more: count(all - first.length) };
  return {
    wants: 0,
    icon: "lost",
    tone: "danger",
    sentence:
      all > first.length
        ? t("{nodes} and {more} more do not serve, and no run has them in hand.", values)
        : t(
            "{count, plural, one {{nodes} does} other {{nodes} do}} not serve, and no run has {count, plural, one {it} other {them}} in hand.",
            values,
          ),
  };
}

function underRun(standing: Standing): ClusterNow | null {
  const asks = { wants: 1, icon: "gate", tone: "attn" } as const;
  switch (standing.is) {
    case "hold": {
      const who = standing.nodeId ?? t("The run");
      if (standing.reason.why === "outByHand")
        return { wants: 2, icon: "out", tone: "water", sentence: t("{who} is out by hand.", { who }) };
      const waits = t("{who} waits for a person.", { who });
      return { ...asks, sentence: sentences([waits, holdSentence(standing.reason)]) };
    }
    case "waitsForApproval":
      return { ...asks, sentence: t("{node} waits for approval.", { node: standing.nodeId }) };
    case "approved":
      return {
        wants: 2,
        icon: "gate",
        tone: "water",
        sentence: t("{node} is approved by {who}.", { node: standing.nodeId, who: nameOf(standing.by) }),
      };
    case "paused": {
      const sentence = t("Paused by {who}.", { who: nameOf(standing.by) });
      // Whoever paused it knows; what a rule paused waits for somebody.
      return standing.by.kind === "rule"
        ? { ...asks, icon: "paused", sentence }
        : { wants: 2, icon: "paused", tone: "attn", sentence };
    }
    case "aborting":
      return { wants: 2, icon: "lost", tone: "danger", sentence: t("The run is being aborted.") };
    case "onTrack": {
      const { nodeId, phase } = standing;
      if (nodeId === null || phase === null)
        return { wants: 2, icon: "draining", tone: "water", sentence: t("On track.") };
      const doing = phase === "puttingBack" ? t("Putting back") : t(PHASE_DOING[phase]);
      return { wants: 2, icon: "draining", tone: "water", sentence: t("{node}: {doing}", { node: nodeId, doing }) };
    }
    case "finished":
    case "finishedWithCut":
    case "aborted":
      return null;
    default:
      return standing satisfies never;
  }
}

function calm(): ClusterNow {
  return { wants: 3, icon: "serving", tone: "ok", sentence: t("Nothing is under way.") };
}

export type Row = { readonly summary: ClusterSummary; readonly now: ClusterNow };

/** What wants a person first, and what is wrong before what only waits; else as the file has them. */
export function inNeed(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => a.now.wants - b.now.wants);
}

export type FleetVerdict = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
  /** The cluster to look at first; null where none wants a person. */
  readonly first: ClusterSummary | null;
};

const MOST_TOLD = 2;

/** `rows`: as `inNeed` puts them. */
export function fleetVerdict(rows: readonly Row[]): FleetVerdict {
  const asking = rows.filter(({ now }) => now.wants <= 1);
  const [first] = asking;
  const all = rows.length;
  if (first !== undefined) {
    const more = asking.length - MOST_TOLD;
    const told = asking
      .slice(0, MOST_TOLD)
      .map(({ summary, now }) => t("{cluster}: {sentence}", { cluster: summary.name, sentence: now.sentence }));
    return {
      icon: first.now.wants === 0 ? "warn" : "gate",
      tone: first.now.tone === "danger" ? "danger" : "attn",
      verdict: t("{asking} of {count, plural, one {# cluster asks} other {# clusters ask}} for a person.", {
        asking: count(asking.length),
        count: all,
      }),
      reason: sentences([...told, more > 0 ? t("And {count} more.", { count: count(more) }) : ""]),
      first: first.summary,
    };
  }
  const busy = rows.filter(({ now }) => now.wants === 2);
  if (busy.length === 0) {
    return {
      icon: "serving",
      tone: "ok",
      verdict: t("{count, plural, one {# cluster} other {# clusters}} in service.", { count: all }),
      reason: t("Every node serves, and nothing is under way."),
      first: null,
    };
  }
  const names = busy.map(({ summary }) => summary.name).join(t(", "));
  return {
    icon: "draining",
    tone: "water",
    verdict: t("{count, plural, one {# cluster} other {# clusters}} in service.", { count: all }),
    reason: t("Under way on {names}; nothing waits for a person.", { names }),
    first: null,
  };
}

/** "upgrade, 2 of 9": how far the run is, under its name. */
export function runWords({ activeRun, standing }: ClusterSummary): string | null {
  if (activeRun === null) return null;
  const run = runName(activeRun.id);
  return standing === null
    ? t("Run {run}", { run })
    : t("Run {run}, {ended} of {total}", { run, ended: standing.ended, total: standing.total });
}
