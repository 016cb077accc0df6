/** The table's rows, from what is seen and what our own step does: grouped by role, in words and numbers. */
import type { SystemWords } from "#lib/cluster/words.ts";
import type { ClusterNode, NodeId, Role } from "#lib/cluster/node.ts";
import { countOf, type Fact, type ProcessState } from "#lib/cluster/observation.ts";
import { statusOf, type NodeStatus } from "#lib/cluster/status.ts";
import { stepOf, type Run, type Step } from "#lib/run/state.ts";
import type { ClusterView, NodeView } from "#lib/wire/views.ts";
import { asTitle, count as counted, duration, plural, releaseOf } from "#components/format.ts";
import { gaugeStateOf, peakOf, type GaugeState } from "#components/gauge/level.ts";
import { msg, t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { Tone } from "#components/ui/status-word.tsx";

export type NodeWord = {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly text: string;
  /** The system's own word stands in mono. */
  readonly mono: boolean;
};

export type NodeRow = {
  readonly id: NodeId;
  readonly node: ClusterNode;
  readonly view: NodeView;
  readonly status: NodeStatus;
  readonly word: NodeWord;
  readonly gauge: GaugeState;
  /** In flight; null where it cannot be measured. */
  readonly count: number | null;
  readonly willBeCut: number | null;
  readonly version: string | null;
  readonly step: Step | null;
};

export type RoleGroup = {
  readonly role: Role;
  readonly title: string;
  readonly rows: readonly NodeRow[];
  readonly serving: number;
  /** The count at which this role's chambers are full. */
  readonly peak: number;
};

/** Null: as its system calls them. */
const ROLES: readonly { readonly role: Role; readonly title: string | null }[] = [
  { role: "fe", title: msg("Frontends") },
  { role: "be", title: msg("Backends") },
  { role: "cn", title: msg("Compute nodes") },
  { role: "server", title: null },
];

export function roleGroups(cluster: ClusterView, run: Run | null, nowMs: number): readonly RoleGroup[] {
  const rows = Object.values(cluster.nodes).map((view) => nodeRow(view, run, nowMs));
  return groupedRows(
    rows.toSorted((a, b) => BY_NAME.compare(a.id, b.id)),
    cluster.words,
  );
}

const BY_NAME = new Intl.Collator("en");

/** In the order in which the rows are given. */
export function groupedRows<Row extends NodeRow>(
  rows: readonly Row[],
  words: Pick<SystemWords, "node">,
): readonly (Omit<RoleGroup, "rows"> & { readonly rows: readonly Row[] })[] {
  return ROLES.flatMap(({ role, title }) => {
    const mine = rows.filter((row) => row.node.role === role);
    if (mine.length === 0) return [];
    const serving = mine.filter((row) => row.status.status === "serving").length;
    const counts = mine.flatMap((row) => [row.count, row.step?.drain?.startCount ?? null]);
    return [
      { role, title: title === null ? asTitle(words.node.many) : t(title), rows: mine, serving, peak: peakOf(counts) },
    ];
  });
}

export function nodeRow(view: NodeView, run: Run | null, nowMs: number): NodeRow {
  const { node, observation } = view;
  const step = run === null || run.life.at === "ended" ? null : stepOf(run, node.id);
  const status = statusOf(observation, step, nowMs);
  const count = observation.work === null ? null : countOf(observation.work.inFlight);
  const outByHand = run?.hold?.nodeId === node.id && run.hold.reason.why === "outByHand";
  return {
    id: node.id,
    node,
    view,
    status,
    word: outByHand && status.status === "draining" ? outByHandWord() : wordOf(view, status, step, nowMs),
    gauge: gaugeStateOf(status.status, step, count),
    count,
    willBeCut: observation.work === null ? null : countOf(observation.work.willBeCut),
    version: observation.version?.value ?? null,
    step,
  };
}

/** Empty and held: nothing is left to drain, and nobody has put it back. */
function outByHandWord(): NodeWord {
  return { icon: "out", tone: "water", text: t("out by hand"), mono: false };
}

/** Icon, word and colour together, by the table of the design; the system's own word where it has one. */
function wordOf(
  view: NodeView,
  { status, disagreement, asOfMs }: NodeStatus,
  step: Step | null,
  nowMs: number,
): NodeWord {
  const { word } = view.observation;
  if (disagreement !== null) {
    return { icon: "warn", tone: "attn", text: saidByEach(disagreement), mono: false };
  }
  const phase = step?.progress.at === "phase" ? step.progress.phase : null;
  switch (status) {
    case "serving":
      return { icon: "serving", tone: "ok", text: word, mono: true };
    case "sidelined":
      return { icon: "sidelined", tone: "water", text: t("sidelined"), mono: false };
    case "draining":
      return { icon: "draining", tone: "water", text: t("draining"), mono: false };
    case "exiting":
      return { icon: "exiting", tone: "waterCommitted", text: word, mono: true };
    case "forcing":
      return { icon: "exiting", tone: "waterCommitted", text: t("{word}, forced", { word }), mono: true };
    case "starting":
      return { icon: "starting", tone: "refit", text: word, mono: true };
    case "gone": {
      const planned = phase === "exit" || phase === "confirm" || phase === "upgrade" || phase === "restart";
      return planned
        ? { icon: "out", tone: "refit", text: word, mono: true }
        : { icon: "lost", tone: "danger", text: t("{word}, not planned", { word }), mono: true };
    }
    case "broken":
      return { icon: "lost", tone: "danger", text: t("{word}, takes no work", { word }), mono: true };
    case "unknown":
      return {
        icon: "clock",
        tone: "attn",
        text: asOfMs === null ? t("no data yet") : t("no data {age}", { age: duration(nowMs - asOfMs) }),
        mono: false,
      };
    default:
      return status satisfies never;
  }
}

/** "controlPlane says up, process says gone" */
export function saidByEach(facts: readonly Fact<ProcessState>[]): string {
  return facts
    .map(({ witness, value }) =>
      t(
        "{witness, select, controlPlane {controlPlane} node {node} process {process} other {router}} says {value, select, up {up} exiting {exiting} other {gone}}",
        { witness, value },
      ),
    )
    .join(t(", "));
}

/** "be-02, SHUTDOWN, 3 of 242 in flight" */
export function spokenGauge(row: Pick<NodeRow, "id" | "word" | "count" | "step">): string {
  const start = row.step?.drain?.startCount ?? null;
  const values = { node: row.id, word: row.word.text };
  if (row.count === null) return t("{node}, {word}, in flight not measurable", values);
  return start === null
    ? t("{node}, {word}, {count} in flight", { ...values, count: row.count })
    : t("{node}, {word}, {count} of {start} in flight", { ...values, count: row.count, start });
}

/** "3 FE, 5 BE, 3 CN" */
export function roleCounts(groups: readonly RoleGroup[], { node }: Pick<SystemWords, "node">): string {
  return groups
    .map(({ role, rows }) => {
      return role === "server"
        ? plural(rows.length, node.one, node.many)
        : t("{count} {role}", { count: counted(rows.length), role: role.toUpperCase() });
    })
    .join(t(", "));
}

/** The versions that run now, the most common one first. */
export function versionsNow(groups: readonly RoleGroup[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { version } of groups.flatMap(({ rows }) => rows)) {
    if (version === null) continue;
    const release = releaseOf(version);
    counts.set(release, (counts.get(release) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([version]) => version);
}
