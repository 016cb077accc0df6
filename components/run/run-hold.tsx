"use client";
/** "Decide here", where the whole run waits: for a changed cluster, for nodes that were left over, for *Finish*. */
import { said } from "#components/language/said.ts";
import { useRouter } from "next/navigation";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Hold } from "#lib/run/hold.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { duration, timeOfDay } from "#components/format.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { t } from "#components/language/t.ts";
import { rollBackPath } from "#components/shell/place.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { ActButton } from "./act-button.tsx";
import { holdEvidence, holdSentence } from "./hold.ts";
import { HoldNotes } from "./hold-notes.tsx";
import { notesOfHold } from "./notes.ts";
import { acceptTopologyAct, finishAct, rollBackAct, settleActs, settleRows } from "./run-level-acts.ts";
import type { Acting } from "./use-acting.ts";
import { RESULT_WORDS } from "./words.ts";
import styles from "./run-hold.module.css";

const css = classesOf(styles);

export function RunHold({
  run,
  events,
  cluster,
  acting,
  nowMs,
}: {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly cluster: ClusterView | null;
  readonly acting: Acting;
  readonly nowMs: number;
}) {
  const { hold } = run;
  if (hold === null || hold.nodeId !== null) return null;
  return (
    <div
      className={css("hold")}
      role="group"
      aria-label={t("{node} waits for a person", { node: t("The run") })}
      data-testid="run-hold"
    >
      <span className={css("icon")}>
        <Icon name="gate" size={16} />
      </span>
      <div className={css("body")}>
        <p className={css("title")}>{holdSentence(run, hold.reason)}</p>
        <p className={css("text")}>
          {t("Since {time}, {age} ago.", { time: timeOfDay(hold.sinceMs), age: duration(nowMs - hold.sinceMs) })}
        </p>
        <HoldNotes notes={notesOfHold(events, hold)} />
        <Decide run={run} hold={hold} cluster={cluster} acting={acting} nowMs={nowMs} />
      </div>
    </div>
  );
}

function Decide({
  run,
  hold,
  cluster,
  acting,
  nowMs,
}: {
  readonly run: Run;
  readonly hold: Hold;
  readonly cluster: ClusterView | null;
  readonly acting: Acting;
  readonly nowMs: number;
}) {
  const { reason } = hold;
  switch (reason.why) {
    case "topologyChanged":
      return (
        <>
          <ul className={css("list")}>
            {reason.appeared.map((id) => (
              <Difference key={id} icon="plus" id={id} words={appearedWords(cluster, id)} />
            ))}
            {reason.vanished.map((id) => (
              <Difference
                key={id}
                icon="minus"
                id={id}
                words={t("vanished: the control plane does not list it any more")}
              />
            ))}
          </ul>
          <div className={css("acts")}>
            <ActButton act={acceptTopologyAct({ run, nowMs })} acting={acting} />
          </div>
        </>
      );
    case "unsettled":
      return <Settle run={run} acting={acting} nowMs={nowMs} />;
    case "finish":
      return (
        <div className={css("acts")}>
          <ActButton act={finishAct({ run, nowMs })} acting={acting} primary />
          <RollBackButton run={run} locked={acting.readOnly} />
        </div>
      );
    default: {
      const evidence = holdEvidence(reason);
      return evidence === null ? null : <pre className={css("evidence")}>{evidence}</pre>;
    }
  }
}

function Difference({
  icon,
  id,
  words,
}: {
  readonly icon: "plus" | "minus";
  readonly id: string;
  readonly words: string;
}) {
  return (
    <li>
      <Icon name={icon} size={12} /> <code>{id}</code> {words}
    </li>
  );
}

function appearedWords(cluster: ClusterView | null, id: string): string {
  const node = cluster?.nodes[id]?.node;
  return node === undefined
    ? t("appeared")
    : t("appeared: {role} at {address}", {
        role: node.role === "server" ? said(node.role) : node.role.toUpperCase(),
        address: node.address,
      });
}

/** Before *Finish* every node that was left over is taken again, or left with a reason. */
function Settle({ run, acting, nowMs }: { readonly run: Run; readonly acting: Acting; readonly nowMs: number }) {
  return (
    <ul className={css("list")} aria-label={t("To be settled")}>
      {settleRows(run, RESULT_WORDS).map(({ nodeId, step, ended, settled }) => (
        <li key={nodeId} className={css("settle")}>
          <code>{nodeId}</code>
          <span>
            {ended}
            {settled === null ? "" : `${t("; ")}${settled}`}
          </span>
          <span className={css("acts")}>
            {settleActs({ run, nowMs }, step).map((act) => (
              <ActButton key={act.key} act={act} acting={acting} />
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Leads to a plan of its own, prefilled; where there is no way back the button says why. */
export function RollBackButton({ run, locked = null }: { readonly run: Run; readonly locked?: string | null }) {
  const router = useRouter();
  const { words, refused } = rollBackAct(run);
  const mayNotPlan = useWhyNot("plan");
  return (
    <Button
      icon="chevronLeft"
      locked={locked ?? mayNotPlan ?? refused}
      onPress={() => router.push(rollBackPath(run.plan.clusterId, run.id))}
    >
      {words}
    </Button>
  );
}
