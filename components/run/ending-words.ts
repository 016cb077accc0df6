/** How a run ended: what became of its nodes, and of the work on them. */
import { cutOf } from "#lib/run/cut.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Counts } from "#lib/run/progress.ts";
import type { Run } from "#lib/run/state.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { joined, KIND_NAMES, manyOf, nodesInWords, pieces } from "./words.ts";

export function finishedWell(run: Run): string {
  const work = said(run.steps[0]?.plan.work.many ?? "requests");
  const unknown = forcedUnseen(run);
  if (unknown.length > 0) {
    return t("Finished; what the forced {count, plural, one {exit} other {exits}} of {nodes} cut is not known.", {
      count: unknown.length,
      nodes: joined(unknown),
    });
  }
  if (!run.steps.some(({ exit }) => exit !== null)) return t("Finished.");
  return unknownOf(run).length === 0
    ? t("Finished, 0 {work} cut.", { work })
    : t("Finished, 0 {work} cut as far as is known.", { work });
}

/** Nobody told how it ended: that is neither well nor cut. */
export function unknownWords(run: Run): string {
  const unknown = unknownOf(run).length;
  return unknown === 0
    ? ""
    : t("How {count, plural, one {# piece} other {# pieces}} of work ended, listed when a node left, is not known.", {
        count: unknown,
      });
}

/** What was over before its node was told to leave cannot have been cut by that, whoever counts it. */
function unknownOf(run: Run): readonly LedgerRow[] {
  return run.steps.flatMap(({ ledger, lastWork }) => {
    const last = new Set(lastWork.map(({ id }) => id));
    return ledger.filter(({ id, outcome: how }) => how === "unknown" && last.has(id));
  });
}

/** Ended by force while nobody listed what ran there: that is not nothing. */
function forcedUnseen(run: Run): readonly string[] {
  return run.steps
    .filter((step) => step.exit?.forced === true && step.lastWork.length === 0 && cutOf(step).length === 0)
    .map(({ plan }) => plan.nodeId);
}

export function outcome(run: Run, { total, verified, skipped, putBack, aborted }: Counts): string {
  const { targetVersion, kind } = run.plan;
  if (verified === total) {
    if (targetVersion !== null) {
      return t("{count, plural, =1 {Its node runs} other {All # nodes run}} {version}.", {
        count: total,
        version: targetVersion,
      });
    }
    return t(
      "{count, plural, =1 {Its node is verified after its {kind}.} other {All # nodes are verified after their {kind}.}}",
      { count: total, kind: t(KIND_NAMES[kind]).toLowerCase() },
    );
  }
  const onTarget =
    targetVersion === null
      ? t("{count} verified", { count: verified })
      : t("{count} verified on {version}", { count: verified, version: targetVersion });
  const parts = [
    ...(verified > 0 ? [onTarget] : []),
    ...(skipped > 0 ? [t("{count} skipped", { count: skipped })] : []),
    ...(putBack > 0 ? [t("{count} put back", { count: putBack })] : []),
    ...(aborted > 0 ? [t("{count} not taken", { count: aborted })] : []),
  ];
  const nodes = nodesInWords(total);
  return parts.length === 0
    ? t("None of {nodes} was touched.", { nodes })
    : t("Of {nodes}: {parts}.", { nodes, parts: joined(parts) });
}

/** "1 query", "2 queries and 1 load". */
export function cutInWords(run: Run): string {
  const kinds = new Map<string, number>();
  for (const { kind } of run.steps.flatMap(cutOf)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return joined([...kinds].map(([kind, number]) => pieces(number, kind, manyOf(kind))));
}

/** Whose it was, as far as there is room for it in a sentence. */
export function cutWords(run: Run): string {
  const parts = run.steps
    .map((step) => ({ plan: step.plan, cut: cutOf(step) }))
    .filter(({ cut }) => cut.length > 0)
    .map(({ plan, cut }) =>
      t("{count} on {node}, of {users}", {
        count: cut.length,
        node: plan.nodeId,
        users: joined([...new Set(cut.map(({ user }) => user ?? t("unknown")))].slice(0, 3)),
      }),
    );
  return t("Cut: {cuts}.", { cuts: parts.join(t("; ")) });
}
