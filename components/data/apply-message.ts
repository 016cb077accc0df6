/**
 * (what we hold, a message) -> what we hold then. A snapshot replaces, the next number is folded in, an older one
 * changes nothing, and a missing one is a gap: what follows it is not applied, and the topic is asked for again.
 */
import type { NodeView, ClusterPatch, ClusterView, SeriesPoint } from "#lib/wire/views.ts";
import type { ServerMessage, SeriesPoints } from "#lib/wire/messages.ts";
import type { LiveCluster, LiveLog, LiveSent, LiveSeries } from "./live.ts";

export type Applied<L> = { readonly live: L | null; readonly gap: boolean };
export type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { readonly type: T }>;

/** Lines of a log or of what was sent that a browser keeps; the files themselves stay where they are. */
export const KEPT_LINES = 500;

export function applyCluster(
  live: LiveCluster | null,
  message: MessageOf<"cluster" | "clusterPatch">,
): Applied<LiveCluster> {
  if (message.type === "cluster") return kept({ seq: message.seq, state: message.snapshot });
  return next(live, message.seq, (state) => patched(state, message.patch));
}

/**
 * Points older than `fromMs` fall out of the window as new ones come in. A number here is the time up to which points
 * were told, so the next one is not one more; the console itself sees to it that none is left out.
 */
export function applySeries(
  live: LiveSeries | null,
  message: MessageOf<"series" | "seriesPatch">,
  fromMs: number,
): Applied<LiveSeries> {
  if (message.type === "series") {
    return kept({ seq: message.seq, state: { stepMs: message.stepMs, points: message.points } });
  }
  if (live === null) return { live, gap: true };
  if (message.seq <= live.seq) return { live, gap: false };
  const { stepMs, points } = live.state;
  return kept({ seq: message.seq, state: { stepMs, points: appended(points, message.points, fromMs) } });
}

export function applyLog(live: LiveLog | null, message: MessageOf<"log" | "logPatch">): Applied<LiveLog> {
  const { file, lines } = message;
  if (message.type === "log") return kept({ seq: message.seq, state: { file, lines: lines.slice(-KEPT_LINES) } });
  return next(live, message.seq, (state) => ({ file, lines: [...state.lines, ...lines].slice(-KEPT_LINES) }));
}

export function applySent(live: LiveSent | null, message: MessageOf<"sent" | "sentPatch">): Applied<LiveSent> {
  if (message.type === "sent") return kept({ seq: message.seq, state: message.lines.slice(-KEPT_LINES) });
  return next(live, message.seq, (state) => [...state, ...message.lines].slice(-KEPT_LINES));
}

function kept<L>(live: L): Applied<L> {
  return { live, gap: false };
}

type Numbered<S> = { readonly seq: number; readonly state: S };

function next<S>(live: Numbered<S> | null, seq: number, fold: (state: S) => S): Applied<Numbered<S>> {
  if (live !== null && seq <= live.seq) return { live, gap: false };
  if (live === null || seq !== live.seq + 1) return { live, gap: true };
  return kept({ seq, state: fold(live.state) });
}

function patched(view: ClusterView, patch: ClusterPatch): ClusterView {
  const { nodes, ...rest } = patch;
  return { ...view, ...rest, nodes: nodes === undefined ? view.nodes : patchedNodes(view.nodes, nodes) };
}

/** Nodes that did not change keep their identity, so that their rows are not drawn again. */
function patchedNodes(
  nodes: ClusterView["nodes"],
  patch: Readonly<Record<string, NodeView | null>>,
): ClusterView["nodes"] {
  const result: Record<string, NodeView> = { ...nodes };
  for (const [id, node] of Object.entries(patch)) {
    if (node === null) delete result[id];
    else result[id] = node;
  }
  return result;
}

function appended(points: SeriesPoints, added: SeriesPoints, fromMs: number): SeriesPoints {
  const result: Record<string, readonly SeriesPoint[]> = { ...points };
  for (const [name, more] of Object.entries(added)) {
    result[name] = [...(points[name] ?? []).filter((point) => point.atMs >= fromMs), ...more];
  }
  return result;
}
