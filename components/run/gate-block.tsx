"use client";
/** The gate between two nodes: approve, early if wanted, and 5 s in which it can be undone, counted by the console. */
import type { Run } from "#lib/run/state.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import type { GateView } from "./queue.ts";
import type { Acting } from "./use-acting.ts";
import styles from "./gate-block.module.css";

const css = classesOf(styles);

export function GateBlock({
  run,
  gate,
  acting,
  onDetails,
}: {
  readonly run: Run;
  readonly gate: GateView;
  readonly acting: Acting;
  readonly onDetails: () => void;
}) {
  const mayNot = useWhyNotApprove(gate);
  return (
    <div className={css("gate", gate.is)} data-testid="gate">
      <span className={css("icon")}>
        <Icon name="gate" size={14} />
      </span>
      <div>
        <p className={css("title")}>{gate.title}</p>
        <p className={css("text")}>{gate.text}</p>
        {mayNot === null ? null : <p className={css("text")}>{mayNot}</p>}
        <div className={css("acts")}>
          <GateAct run={run} gate={gate} acting={acting} tall={false} />
          <Button kind="quiet" onPress={onDetails}>
            {t("Details")}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Who could, where this person may not: at a gate that is the first thing to know, so it stands in sight. */
export function useWhyNotApprove(gate: GateView | null): string | null {
  const mayNot = useWhyNot("approve");
  return gate?.is === "waits" ? mayNot : null;
}

/** Approve, or take the approval back. A hold comes first: then the gate's button is not the filled one. */
export function GateAct({
  run,
  gate,
  acting,
  tall,
}: {
  readonly run: Run;
  readonly gate: GateView;
  readonly acting: Acting;
  readonly tall: boolean;
}) {
  const { nodeId } = gate;
  const approve = { do: "approve", nodeId } as const;
  const withdraw = { do: "withdrawApproval", nodeId } as const;
  const size = tall ? "tall" : "normal";
  if (gate.is !== "waits") {
    return (
      <Button
        size={size}
        locked={acting.lockOfRequest(withdraw)}
        pending={acting.isPending(withdraw)}
        onPress={() => acting.send(withdraw)}
      >
        {gate.is === "undo" ? t("Undo") : t("Withdraw the approval of {node}", { node: nodeId })}
      </Button>
    );
  }
  const words = t("Approve {node}", { node: nodeId });
  const locked = acting.stale ?? acting.lockOfRequest(approve);
  return (
    <>
      {tall ? null : <ApproveKey label={words} act={() => acting.send(approve)} locked={locked} />}
      <Button
        kind={run.hold === null ? "primary" : "outline"}
        size={size}
        shortcut="A"
        locked={locked}
        pending={acting.isPending(approve)}
        onPress={() => acting.send(approve)}
      >
        {words}
      </Button>
    </>
  );
}

function ApproveKey({
  label,
  act,
  locked,
}: {
  readonly label: string;
  readonly act: () => void;
  readonly locked: string | null;
}) {
  useShortcuts([{ keys: "a", label, act, locked }]);
  return null;
}
