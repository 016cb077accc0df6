"use client";
import type { RunRequest } from "#lib/run/request.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { useConnection } from "#components/data/live-provider.tsx";
import { useRunRequest, type RunAsking } from "#components/data/use-run-request.ts";
import { limit, plural } from "#components/format.ts";
import { useIsPhone } from "#components/shell/use-is-phone.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { confirmAction } from "#components/stores/confirm-action.ts";
import { toast } from "#components/stores/toasts.ts";
import { Button, type ButtonProps } from "#components/ui/button.tsx";
import type { NodeRow } from "./node-rows.ts";
import styles from "./step-acts.module.css";

const MINUTE_MS = 60_000;

/** Before the signal: extend, put back. After it: shorten, force. Never the one where only the other is true. */
export function StepActs({ run, step, row }: { readonly run: Run; readonly step: Step; readonly row: NodeRow }) {
  const asking = useRunRequest(run);
  const { console } = useConnection(run.plan.clusterId);
  const isPhone = useIsPhone();
  const { nodeId } = step.plan;
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  const exiting = phase === "exit" || phase === "confirm";
  const stopped = run.hold?.nodeId === nodeId && run.hold.reason.why === "outByHand" && run.plan.kind === "stop";
  const extend: RunRequest = { do: "moveDrainLimit", nodeId, byMs: MINUTE_MS };
  const act = (request: RunRequest): void => void say(asking, request);
  const ask = (): void => forceQuestion(asking, step, row);
  useShortcuts([
    ...(exiting && !stopped
      ? [{ keys: "f", label: `Force ${nodeId}…`, act: ask, locked: asking.whyNot({ do: "force", nodeId }) }]
      : []),
    ...(phase === "drain"
      ? [{ keys: "e", label: `Extend ${nodeId} +60 s`, act: () => act(extend), locked: asking.whyNot(extend) }]
      : []),
  ]);
  const button = (request: RunRequest, props: Omit<ButtonProps, "locked" | "pending">) => (
    <Button {...props} locked={lost(console, asking.whyNot(request))} pending={asking.isPending(request)} />
  );
  // A node stopped by hand is held right where its exit was confirmed: nothing is left to shorten or to force.
  if (stopped) {
    const again: RunRequest = { do: "startAgain", nodeId };
    return (
      <div className={styles["acts"]}>
        {button(again, { children: `Start ${nodeId} again`, onPress: () => act(again) })}
      </div>
    );
  }
  if (exiting) {
    return (
      <div className={styles["acts"]}>
        {phase === "confirm"
          ? null
          : button(
              { do: "shorten", nodeId, limitMs: 10_000 },
              {
                children: "Shorten to 10 s…",
                onPress: () => shortenQuestion(asking, step, row),
              },
            )}
        <Button
          kind="destructive"
          locked={
            isPhone
              ? "Force from a wider screen: a phone cannot."
              : lost(console, asking.whyNot({ do: "force", nodeId }))
          }
          pending={asking.isPending({ do: "force", nodeId })}
          onPress={ask}
        >
          Force now…
        </Button>
      </div>
    );
  }
  if (phase !== "drain" && phase !== "isolate") return null;
  const isHeldOut = run.hold?.nodeId === nodeId && run.hold.reason.why === "outByHand";
  const back: RunRequest = { do: "putBack", nodeId, reason: "" };
  const goOn: RunRequest = { do: "goOn", nodeId };
  return (
    <div className={styles["acts"]}>
      {isHeldOut ? null : button(extend, { children: "Extend +60 s", icon: "plus", onPress: () => act(extend) })}
      {button(back, { children: "Put back", onPress: () => act(back) })}
      {run.hold?.reason.why === "drainLimit" && run.hold.nodeId === nodeId
        ? button(goOn, {
            children: `${goOnWords(step)}…`,
            kind: "destructive",
            onPress: () => goOnQuestion(asking, step, row),
          })
        : null}
    </div>
  );
}

/** Only a lost console locks an act here: with old data about the node they are needed most. */
function lost(console: "open" | "lost", why: string | null): string | null {
  return console === "lost" ? "This browser has lost the console." : why;
}

async function say(asking: RunAsking, request: RunRequest): Promise<void> {
  const refused = await asking.ask(request);
  if (refused !== null) toast(refused, { tone: "danger" });
}

function goOnWords(step: Step): string {
  const { exitLimitMs, nodeId } = step.plan;
  return `Exit ${nodeId} now${exitLimitMs === null ? "" : `, kill after ${limit(exitLimitMs)}`}`;
}

function cost(step: Step, row: NodeRow): string {
  const { one, many } = step.plan.work;
  if (row.count === null) return "How much it cuts is not known.";
  return row.count === 0 ? "Nothing is in flight." : `This cuts ${plural(row.count, one, many)}.`;
}

function forceQuestion(asking: RunAsking, step: Step, row: NodeRow): void {
  const { nodeId } = step.plan;
  confirmAction({
    title: `Force ${nodeId} now?`,
    body: `${cost(step, row)} kill -9 to its process, after pid and identity are checked on its host. It cannot be undone.`,
    safe: "Keep waiting",
    act: row.count === null || row.count === 0 ? `Force ${nodeId}` : `Force ${nodeId}, cut ${row.count}`,
    destructive: true,
    reason: null,
    onConfirm: () => asking.ask({ do: "force", nodeId }),
  });
}

function shortenQuestion(asking: RunAsking, step: Step, row: NodeRow): void {
  const { nodeId } = step.plan;
  confirmAction({
    title: `Shorten the exit of ${nodeId} to 10 s?`,
    body: `${cost(step, row)} kill -9 follows in 10 s. From the signal on, the limit only comes closer.`,
    safe: "Keep waiting",
    act: `Kill ${nodeId} in 10 s`,
    destructive: true,
    reason: null,
    onConfirm: () => asking.ask({ do: "shorten", nodeId, limitMs: 10_000 }),
  });
}

function goOnQuestion(asking: RunAsking, step: Step, row: NodeRow): void {
  const { nodeId } = step.plan;
  const left =
    row.count === null ? "Work may be left" : `${plural(row.count, step.plan.work.one, step.plan.work.many)} left`;
  confirmAction({
    title: `${goOnWords(step)}?`,
    body: `${left}. The graceful exit waits for it up to its own limit, then kills. From here it cannot be put back.`,
    safe: "Keep draining",
    act: goOnWords(step),
    destructive: true,
    reason: null,
    onConfirm: () => asking.ask({ do: "goOn", nodeId }),
  });
}
