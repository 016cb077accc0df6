"use client";
import type { Run, Step } from "#lib/run/state.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { ActButton } from "#components/run/act-button.tsx";
import { ActKeys } from "#components/run/act-keys.tsx";
import { actsNamed, headActs, onwardAct, type ActFacts, type ActView } from "#components/run/acts.ts";
import { useActing } from "#components/run/use-acting.ts";
import type { NodeRow } from "./node-rows.ts";
import styles from "./step-acts.module.css";

/** Before the signal: extend, put back. After it: shorten, force. Never the one where only the other is true. */
export function StepActs({ run, step, row }: { readonly run: Run; readonly step: Step; readonly row: NodeRow }) {
  const acting = useActing(run);
  const nowMs = useNow();
  const { nodeId } = step.plan;
  const facts: ActFacts = {
    run,
    step,
    observation: row.view.observation,
    items: step.lastWork,
    inFlight: row.count,
    nowMs,
  };
  const acts = actsHere(facts);
  return (
    <div className={styles["acts"]}>
      <ActKeys acts={acts} nodeId={nodeId} acting={acting} />
      {acts.map((act) => (
        <ActButton key={act.key} act={act} acting={acting} />
      ))}
    </div>
  );
}

function actsHere(facts: ActFacts): readonly ActView[] {
  const { run, step } = facts;
  const held = run.hold?.nodeId === step.plan.nodeId ? run.hold.reason.why : null;
  // A node out by hand is held where it is: it is brought back, and nothing else.
  if (held === "outByHand") return actsNamed(facts, ["startAgain", "putBack"]);
  const onward = held === "drainLimit" ? onwardAct(facts) : null;
  return [...headActs(facts), ...(onward === null ? [] : [onward])];
}
