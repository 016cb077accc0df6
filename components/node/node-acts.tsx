"use client";
/** What may be asked of the node now, by the same functions as everywhere; the gate's approval first. */
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { Run, Step } from "#lib/run/state.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import { ActButton } from "#components/run/act-button.tsx";
import { actsOf, headActs, onwardAct, type ActFacts } from "#components/run/acts.ts";
import { AllActs } from "#components/run/all-acts.tsx";
import { GateAct } from "#components/run/gate-block.tsx";
import { gateView } from "#components/run/queue.ts";
import { useActing, type Acting } from "#components/run/use-acting.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";

export type NodeActsProps = {
  readonly run: Run;
  readonly step: Step;
  readonly row: NodeRow;
  readonly items: readonly WorkItem[];
  readonly nowMs: number;
};

export function NodeActs({ run, step, row, items, nowMs }: NodeActsProps) {
  const acting = useActing(run);
  const facts: ActFacts = { run, step, observation: row.view.observation, items, inFlight: row.count, nowMs };
  const gate = gateView(run, nowMs);
  return (
    <>
      {gate?.nodeId === row.id ? <GateAct run={run} gate={gate} acting={acting} tall={false} /> : null}
      {headActs(facts).map((act) => (
        <ActButton key={act.key} act={act} acting={acting} />
      ))}
      <AllActs acts={actsOf(facts)} acting={acting} />
      <Keys facts={facts} acting={acting} />
    </>
  );
}

/** The way on, beside the curve whose limit it makes void. */
export function NodeOnward(props: NodeActsProps) {
  const { run, step, row, items, nowMs } = props;
  const acting = useActing(run);
  const onward = onwardAct({ run, step, observation: row.view.observation, items, inFlight: row.count, nowMs });
  return onward === null ? null : <ActButton act={onward} acting={acting} />;
}

/** E and F; what is refused is told, not done. */
function Keys({ facts, acting }: { readonly facts: ActFacts; readonly acting: Acting }) {
  const { nodeId } = facts.step.plan;
  useShortcuts(
    actsOf(facts)
      .filter(({ shortcut }) => shortcut !== null)
      .map((act) => ({
        keys: (act.shortcut ?? "").toLowerCase(),
        label: `${act.words.replace("now…", "")} ${nodeId}`.replace(/\s+/g, " "),
        act: () => acting.press(act),
        locked: acting.lockOf(act),
      })),
  );
  return null;
}
