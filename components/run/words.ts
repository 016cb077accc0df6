/** Words that verdict, queue, stepper and evidence share. Those of tables are said by `t` where they are shown. */
import type { Phase, Policy, RunKind, PlannedStep } from "#lib/run/plan.ts";
import type { StepResult } from "#lib/run/hold.ts";
import type { Witness } from "#lib/cluster/observation.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import { count } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";

/** As a heading: what the phase is called. */
export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  gate: msg("Gate"),
  check: msg("Check"),
  isolate: msg("Isolate"),
  drain: msg("Drain"),
  exit: msg("Exit"),
  confirm: msg("Confirm"),
  upgrade: msg("Upgrade"),
  restart: msg("Restart"),
  readmit: msg("Readmit"),
  verify: msg("Verify"),
};

/** As it happens: what the node does meanwhile. */
export const PHASE_DOING: Readonly<Record<Phase, string>> = {
  gate: msg("At the gate"),
  check: msg("Checking"),
  isolate: msg("Isolating"),
  drain: msg("Draining"),
  exit: msg("Exiting"),
  confirm: msg("Confirming"),
  upgrade: msg("Upgrading"),
  restart: msg("Restarting"),
  readmit: msg("Readmitting"),
  verify: msg("Verifying"),
};

export const KIND_NAMES: Readonly<Record<RunKind, string>> = {
  upgrade: msg("Upgrade"),
  downgrade: msg("Downgrade"),
  restart: msg("Restart"),
  stop: msg("Stop"),
  drain: msg("Drain"),
};

export const RESULT_WORDS: Readonly<Record<StepResult, string>> = {
  verified: msg("verified"),
  skipped: msg("skipped"),
  putBack: msg("put back"),
  aborted: msg("aborted"),
};

export const WITNESS_WORDS: Readonly<Record<Witness, string>> = {
  controlPlane: msg("control plane"),
  node: msg("the node"),
  process: msg("its process"),
  router: msg("its router"),
};

/** How a node is told to leave. */
export const EXIT_WORDS: Readonly<Record<PlannedStep["exit"], string>> = {
  graceful: msg("graceful"),
  plain: msg("plain"),
};

/** "two queries and one load": what a cut costs, in words that people recognise. */
export function itemsInWords(items: readonly WorkItem[]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of items) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const parts = [...kinds].map(([kind, number]) =>
    t("{number, plural, =1 {one} =2 {two} =3 {three} =4 {four} =5 {five} =6 {six} other {#}} {work}", {
      number,
      work: said(number === 1 ? kind : manyOf(kind)),
    }),
  );
  return joined(parts);
}

/** "3 queries": work as its driver calls it. */
export function pieces(number: number, one: string, many: string): string {
  return t("{count} {work}", { count: count(number), work: said(number === 1 ? one : many) });
}

export function manyOf(kind: string): string {
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** "a, b and c" */
export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return t("{first} and {last}", { first: listed(parts.slice(0, -1)), last: parts.at(-1) ?? "" });
}

/** For "a is", "a and b are". */
export function listOf(nodeIds: readonly string[]): { readonly count: number; readonly nodes: string } {
  return { count: nodeIds.length, nodes: joined(nodeIds) };
}

/** "a, b, c" */
export function listed(parts: readonly string[]): string {
  const [first = "", ...rest] = parts;
  return rest.reduce((before, next) => t("{before}, {next}", { before, next }), first);
}

/** "it was paused: the disk is full"; the reason is a person's own. */
export function withReason(what: string, reason: string): string {
  const bare = unstopped(reason);
  return bare === "" ? what : t("{what}: {reason}", { what, reason: bare });
}

/** "one at a time", "up to 2 at a time" */
export function atATime({ batch }: Pick<Policy, "batch">): string {
  return t("{batch, plural, =1 {one} other {up to #}} at a time", { batch });
}

/** "one node at a time", "up to 2 nodes at a time": where no nodes were named before. */
export function nodesAtATime({ batch }: Pick<Policy, "batch">): string {
  return t("{batch, plural, =1 {one node} other {up to # nodes}} at a time", { batch });
}

export function nodesInWords(number: number): string {
  return t("{count, plural, one {# node} other {# nodes}}", { count: number });
}

/** A text that may stand within a sentence: no full stop at its end. */
export function unstopped(text: string): string {
  return text.trim().replace(/[.。\s]+$/, "");
}
