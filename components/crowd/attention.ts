/** Why a node asks for a look, worst first: what a list of a thousand begins with. */
import { said } from "#components/language/said.ts";
import type { Role } from "#lib/cluster/node.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { saidByEach, type NodeRow } from "#components/cluster/node-rows.ts";
import { count, duration, releaseOf } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { PHASE_DOING } from "#components/run/words.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { Tone } from "#components/ui/status-word.tsx";

export type Attention = {
  /** Lower is worse. */
  readonly rank: number;
  readonly icon: IconName | null;
  readonly tone: Tone;
  readonly text: string;
};

/** What is usual in this cluster now: what stands out, stands out of this. */
export type Usual = {
  readonly medians: ReadonlyMap<Role, number>;
  readonly version: string | null;
  /** How many run it. */
  readonly onVersion: number;
};

/** In flight against the role's median: more than this many times is told, and never of a handful. */
const CROWDED = 3;
const LEAST_CROWD = 10;
/** Compaction and clone need room; StarRocks stops writing long before a disk is full. */
const FULL_PERCENT = 85;

const RANKS = {
  lost: 0,
  contested: 1,
  unknown: 2,
  silent: 3,
  full: 4,
  crowded: 5,
  version: 6,
  remark: 7,
  inHand: 8,
} as const;

export function usualOf(rows: readonly NodeRow[]): Usual {
  const byRole = new Map<Role, number[]>();
  const versions = new Map<string, number>();
  for (const { node, count: inFlight, version } of rows) {
    if (inFlight !== null) {
      const counts = byRole.get(node.role);
      if (counts === undefined) byRole.set(node.role, [inFlight]);
      else counts.push(inFlight);
    }
    if (version !== null) versions.set(releaseOf(version), (versions.get(releaseOf(version)) ?? 0) + 1);
  }
  const medians = new Map([...byRole].map(([role, counts]) => [role, medianOf(counts)]));
  const [most] = [...versions].toSorted(([, a], [, b]) => b - a);
  return { medians, version: most?.[0] ?? null, onVersion: most?.[1] ?? 0 };
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}

/** Null: nothing stands out. Its reasons stand together, the worst of them first. */
export function attentionOf(row: NodeRow, usual: Usual, run: Run | null, nowMs: number): Attention | null {
  const found = [
    lost(row, nowMs),
    contested(row),
    unknown(row),
    silent(row, nowMs),
    full(row),
    crowded(row, usual),
    otherVersion(row, usual, run),
    remarked(row),
    inHand(row, run),
  ].filter((each) => each !== null);
  const [first] = found;
  return first === undefined ? null : { ...first, text: found.map(({ text }) => text).join(t("; ")) };
}

function lost({ word, status, view }: NodeRow, nowMs: number): Attention | null {
  if (word.tone !== "danger" || status.disagreement !== null) return null;
  const since = Math.min(...view.observation.process.map(({ asOfMs }) => asOfMs), status.asOfMs ?? nowMs);
  const { remark } = view.observation;
  return {
    rank: RANKS.lost,
    icon: null,
    tone: "danger",
    text:
      remark === ""
        ? t("last heard {age} ago", { age: duration(nowMs - since) })
        : t("last heard {age} ago: {remark}", { age: duration(nowMs - since), remark }),
  };
}

function contested({ status }: NodeRow): Attention | null {
  if (status.disagreement === null) return null;
  return { rank: RANKS.contested, icon: "warn", tone: "attn", text: saidByEach(status.disagreement) };
}

function unknown({ status, view }: NodeRow): Attention | null {
  if (status.status !== "unknown") return null;
  const { word } = view.observation;
  return {
    rank: RANKS.unknown,
    icon: null,
    tone: "attn",
    text: word === "" ? t("nobody tells anything") : t("{word} was its last word", { word }),
  };
}

/** The control plane repeats that it is well, and the node itself says nothing. */
function silent({ status, view, word }: NodeRow, nowMs: number): Attention | null {
  const { unanswered } = view.observation;
  if (unanswered === undefined || status.status === "unknown" || word.tone === "danger") return null;
  return {
    rank: RANKS.silent,
    icon: "warn",
    tone: "attn",
    text: t("{word} by the control plane; it has not answered for {duration}", {
      word: word.text,
      duration: duration(nowMs - unanswered.sinceMs),
    }),
  };
}

function full({ view }: NodeRow): Attention | null {
  const { diskPct } = view.observation;
  if (diskPct === null || diskPct < FULL_PERCENT) return null;
  return {
    rank: RANKS.full,
    icon: "warn",
    tone: "attn",
    text: t("fullest disk {percent} %", { percent: Math.round(diskPct) }),
  };
}

/** What was counted before nobody told any more is compared with nothing. */
function crowded({ count: inFlight, node, status }: NodeRow, { medians }: Usual): Attention | null {
  if (status.status === "unknown" || status.status === "gone") return null;
  const median = medians.get(node.role) ?? 0;
  if (inFlight === null || inFlight < LEAST_CROWD || inFlight <= CROWDED * Math.max(1, median)) return null;
  const values = { role: node.role === "server" ? said(node.role) : node.role.toUpperCase(), median: count(median) };
  return {
    rank: RANKS.crowded,
    icon: "warn",
    tone: "attn",
    text:
      median === 0
        ? t("in flight the {role} median of {median}", values)
        : t("in flight {times} times the {role} median of {median}", {
            ...values,
            times: (inFlight / median).toFixed(1),
          }),
  };
}

/** While a run changes versions, another version is nothing to look at. */
function otherVersion({ version }: NodeRow, usual: Usual, run: Run | null): Attention | null {
  if (version === null || usual.version === null || releaseOf(version) === usual.version) return null;
  if (run !== null && run.plan.targetVersion !== null) return null;
  return {
    rank: RANKS.version,
    icon: "warn",
    tone: "attn",
    text: t("version {version}, {count} others run {usual}", {
      version: releaseOf(version),
      count: count(usual.onVersion),
      usual: usual.version,
    }),
  };
}

function remarked({ view, status }: NodeRow): Attention | null {
  const { remark } = view.observation;
  if (remark === "" || status.status !== "serving") return null;
  return { rank: RANKS.remark, icon: "warn", tone: "attn", text: remark };
}

function inHand({ step, status, word }: NodeRow, run: Run | null): Attention | null {
  const base = { rank: RANKS.inHand, icon: null } as const;
  if (run !== null && step !== null && step.progress.at === "phase")
    return {
      ...base,
      tone: "water",
      text: t("{doing} for run {run}", { doing: t(PHASE_DOING[step.progress.phase]), run: runName(run.id) }),
    };
  if (run !== null && step !== null && step.progress.at === "puttingBack")
    return { ...base, tone: "water", text: t("being put back for run {run}", { run: runName(run.id) }) };
  if (status.status === "serving" || status.status === "unknown" || word.tone === "danger") return null;
  return { ...base, tone: "attn", text: t("by no run of this console") };
}
