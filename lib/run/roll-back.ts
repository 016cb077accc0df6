import type { NodeId } from "../cluster/node.ts";
import { allCommandsOf } from "./commitment.ts";
import type { RunKind } from "./plan.ts";
import type { Run, Step } from "./state.ts";

export type RollBack =
  | {
      readonly can: true;
      readonly kind: RunKind;
      readonly targetVersion: string;
      /** The nodes that this run brought to its target. */
      readonly nodeIds: readonly NodeId[];
      /** The run waits for *Finish*, and ends without it when it is rolled back. */
      readonly endsRun: boolean;
    }
  | { readonly can: false; readonly why: string };

/** The way back is a run of its own, with the same gates, in the order that its system wants for it. */
export function rollBackOf(run: Run): RollBack {
  const { kind, targetVersion } = run.plan;
  if (targetVersion === null) return no(`A ${kind} changes no version: there is nothing to roll back.`);
  const endsRun = run.hold?.reason.why === "finish" && run.finish === null;
  if (run.life.at !== "ended" && !endsRun) return no("The run is under way: let it end or abort it first.");
  const brought = run.steps.filter((step) => hasTarget(run, step));
  if (brought.length === 0) return no(`This run brought no node to ${targetVersion}.`);
  const before = [...new Set(brought.map((step) => versionBefore(run, step)))];
  const [version] = before;
  if (version === undefined || version === null || before.includes(null)) {
    return no("Which version ran before is not known of every node: plan it by hand.");
  }
  if (before.length > 1) return no(`Different versions ran before (${before.join(", ")}): plan one way back for each.`);
  const nodeIds = brought.map(({ plan }) => plan.nodeId);
  return { can: true, kind: kind === "upgrade" ? "downgrade" : "upgrade", targetVersion: version, nodeIds, endsRun };
}

/** The target lies on the node's disk by this run's doing: installed, and not restored after that. */
export function hasTarget(run: Run, step: Step): boolean {
  const doneAtMs = (verb: string): number =>
    Math.max(
      -1,
      ...allCommandsOf(run, step.plan.nodeId, "upgrade", verb).map(({ answer }) =>
        answer?.outcome.outcome === "done" ? answer.atMs : -1,
      ),
    );
  return doneAtMs("install") > doneAtMs("restorePrevious");
}

function versionBefore(run: Run, step: Step): string | null {
  const { fromVersions } = run.plan;
  return step.before?.version ?? (fromVersions.length === 1 ? (fromVersions[0] ?? null) : null);
}

function no(why: string): RollBack {
  return { can: false, why };
}
