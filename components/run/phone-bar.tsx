"use client";
/** On a phone the next sensible act stands at the bottom, in reach of the thumb. Hidden wherever the page has room. */
import type { Run } from "#lib/run/state.ts";
import { currentStep } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { actsNamed, type ActFacts } from "./acts.ts";
import { ActButton } from "./act-button.tsx";
import { GateAct, useWhyNotApprove } from "./gate-block.tsx";
import { gateView } from "./queue.ts";
import { PauseButton } from "./run-acts.tsx";
import type { Acting } from "./use-acting.ts";
import styles from "./phone-bar.module.css";

const css = classesOf(styles);

export function PhoneBar({
  run,
  acting,
  nowMs,
}: {
  readonly run: Run;
  readonly acting: Acting;
  readonly nowMs: number;
}) {
  const gate = gateView(run, nowMs);
  const step = currentStep(run);
  const facts: ActFacts | null =
    step === null ? null : { run, step, observation: null, items: step.lastWork, inFlight: null, nowMs };
  const held = run.hold !== null;
  const acts = facts === null ? [] : actsNamed(facts, ["moveDrainLimit", "putBack", "retry", "startAgain"]).slice(0, 2);
  const mayNot = useWhyNotApprove(gate);
  const shownGate = held && acts.length > 0 ? null : gate;
  return (
    <div className={css("bar")}>
      {shownGate === null ? null : <GateAct run={run} gate={shownGate} acting={acting} tall />}
      <div className={css("pair")}>
        {acts.map((act, index) => (
          <ActButton key={act.key} act={act} acting={acting} primary={held && index === 0} tall />
        ))}
        <PauseButton run={run} acting={acting} tall />
      </div>
      {shownGate?.is === "waits" ? (
        <p className={css("note")}>{mayNot ?? t("Approved work starts after 5 s, with Undo")}</p>
      ) : null}
    </div>
  );
}
