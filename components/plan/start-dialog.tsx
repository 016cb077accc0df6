"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { ClusterView, PlanDraft } from "#lib/wire/views.ts";
import { kindWord } from "#components/cluster/kind-word.ts";
import { whyNot } from "#components/data/client.ts";
import { requestOfRun, startRun } from "#components/data/mutations.ts";
import { readRun } from "#components/data/queries.ts";
import { msg, t } from "#components/language/t.ts";
import { atATime } from "#components/run/words.ts";
import { runPath } from "#components/shell/place.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { overridesFrom } from "./overrides.ts";
import styles from "./start-dialog.module.css";

const APPROVAL = {
  every: msg("Every node waits for its approval."),
  firstOfRole: msg("The first node of each role waits for its approval; the others follow by themselves."),
  firstThenLook: msg(
    "The first node of each role waits for its approval, and the second for another look; the others follow by themselves.",
  ),
  none: msg("No node waits for an approval."),
} as const;

/** Asks for the cluster's name: the one thing that is not typed for another cluster by habit. */
export function StartDialog({
  cluster,
  request,
  draft,
  reasons,
  ending,
  locked,
  onStarted,
  onClose,
}: {
  readonly cluster: ClusterView;
  readonly request: PlanRequestBody;
  readonly draft: PlanDraft;
  readonly reasons: Readonly<Record<string, string>>;
  /** A run that waits for *Finish*: it is ended without it first, for one run a cluster; null: none. */
  readonly ending: Run | null;
  /** Why it cannot be started by now, whatever was so when this was opened. */
  readonly locked: string | null;
  readonly onStarted: () => void;
  readonly onClose: () => void;
}) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const { plan } = draft;
  const lock = locked ?? (typed === cluster.name ? null : t("Type {cluster} to start.", { cluster: cluster.name }));
  const overrides = overridesFrom(draft.checks, reasons);
  const start = async (): Promise<void> => {
    setPending(true);
    const kept = await endFirst(ending);
    if (kept !== null) {
      setPending(false);
      return setRefused(kept);
    }
    const answer = await startRun(cluster.id, { request, confirm: typed, overrides });
    setPending(false);
    if (!answer.ok) return setRefused(whyNot(answer));
    onStarted();
    return router.push(runPath(answer.value.runId));
  };
  const values = { kind: kindWord(request.kind), cluster: cluster.name };
  const counted = { count: plan.steps.length, pace: atATime(plan.policy), first: plan.steps[0]?.nodeId ?? "" };
  return (
    <Dialog
      open
      onClose={onClose}
      title={
        request.targetVersion === null
          ? t("Start the {kind} of {cluster}?", values)
          : t("Start the {kind} to {version} of {cluster}?", { ...values, version: request.targetVersion })
      }
      description={
        <>
          {t("{count, plural, one {# node} other {# nodes}}, {pace}, {first} first.", counted)}{" "}
          {t(APPROVAL[request.policy.approval])} {t("It can be paused and aborted at any time.")}
          {ending === null
            ? null
            : ` ${t("Run {run} waits for Finish: it ends first, without it, and the old files stay.", { run: runName(ending.id) })}`}
        </>
      }
      actions={
        <>
          <Button onPress={onClose}>{t("Keep planning")}</Button>
          <Button kind="primary" pending={pending} locked={lock} onPress={() => void start()}>
            {t("Start on {cluster}", { cluster: cluster.name })}
          </Button>
        </>
      }
    >
      {overrides.length === 0 ? null : (
        <ul className={styles["overrides"]}>
          {overrides.map((each) => (
            <li key={each.checkKey}>
              {t("Overridden: {check}, “{reason}”", { check: each.checkKey, reason: each.reason })}
            </li>
          ))}
        </ul>
      )}
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (lock === null && !pending) void start();
        }}
      >
        <TextField
          label={t("Type the cluster's name, {cluster}", { cluster: cluster.name })}
          mono
          value={typed}
          onChange={setTyped}
        />
      </form>
      {refused === null ? null : (
        <p role="alert" className={styles["refused"]}>
          {refused}
        </p>
      )}
    </Dialog>
  );
}

/** The journal is kept in English. */
const ROLLED_BACK = msg("It is rolled back.");
const END_MOST_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** Why it did not end; null once it has. Its journal says that it ended because it is rolled back. */
async function endFirst(ending: Run | null): Promise<string | null> {
  if (ending === null || ending.life.at === "ended") return null;
  const atOnce = { do: "changePolicy", policy: { finish: "atOnce" }, reason: ROLLED_BACK } as const;
  const asked = await requestOfRun(ending.id, atOnce);
  // Asked a moment ago, it says so already: what counts is that the run ends.
  if (!asked.ok && asked.because !== "refused") return whyNot(asked);
  for (let waitedMs = 0; waitedMs < END_MOST_MS; waitedMs += LOOK_EVERY_MS) {
    const answer = await readRun(ending.id);
    if (answer.ok && answer.value.summary.endedAtMs !== null) return null;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return t("Run {run} has not ended yet: see what it waits for, then start again.", { run: runName(ending.id) });
}
