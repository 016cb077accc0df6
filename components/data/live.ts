/** What a live query holds: the state, and the number of the last message folded into it. */
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run } from "#lib/run/state.ts";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import type { ClusterView, LogLine, SentLine } from "#lib/wire/views.ts";

export type Live<T> = { readonly seq: number; readonly state: T };

/** Read over HTTP, and not yet numbered by the socket: its first snapshot replaces it. */
export const UNNUMBERED = -1;

export type LiveCluster = Live<ClusterView>;
/** `run` is the fold of `events`, kept beside them so that one more event costs one step. */
export type RunHistory = { readonly events: readonly Recorded<RunEvent>[]; readonly run: Run | null };
export type LiveRun = Live<RunHistory>;
export type SeriesWindow = { readonly stepMs: number; readonly points: SeriesPoints };
export type LiveSeries = Live<SeriesWindow>;
export type LogTail = { readonly file: string; readonly lines: readonly LogLine[] };
export type LiveLog = Live<LogTail>;
export type LiveSent = Live<readonly SentLine[]>;

export const EMPTY_RUN: LiveRun = { seq: 0, state: { events: [], run: null } };
