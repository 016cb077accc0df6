"use client";
/** One node out of service by hand: drained, stopped or restarted, with its limits, its checks and its exact commands. */
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { ClusterView, PlanDraft } from "#lib/wire/views.ts";
import { whyNot } from "#components/data/client.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { useKeptText } from "#components/data/use-kept-text.ts";
import { startRun } from "#components/data/mutations.ts";
import { sentences } from "#components/language/sentences.ts";
import { msg, t } from "#components/language/t.ts";
import { CheckList } from "#components/plan/check-list.tsx";
import { countsOf, wordOf, whyNotReady } from "#components/plan/checks.ts";
import { CommandLines } from "#components/plan/command-lines.tsx";
import { DEFAULT_POLICY, DEFAULT_DRAIN_LIMIT_MS, DEFAULT_REQUEST } from "#components/plan/defaults.ts";
import { overridesFrom } from "#components/plan/overrides.ts";
import { useDraft } from "#components/plan/use-draft.ts";
import { runPath } from "#components/shell/place.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { NumberField } from "#components/ui/number-field.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import styles from "./by-hand-dialog.module.css";

const css = classesOf(styles);

type Kind = "drain" | "stop" | "restart";
type OnLimit = "ask" | "goOn";

const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: "drain", label: msg("Drain only") },
  { value: "stop", label: msg("Drain and stop") },
  { value: "restart", label: msg("Drain and restart") },
];
const EFFECT: Readonly<Record<Kind, string>> = {
  drain: msg("Takes it off the routes and lets its work run out. No signal is sent; Put back undoes it all."),
  stop: msg("Drains it, lets it exit, and leaves it out until somebody starts it again."),
  restart: msg("Drains it, lets it exit, starts it and watches its return."),
};
const TITLE: Readonly<Record<Kind, string>> = {
  drain: msg("Drain {node} by hand"),
  stop: msg("Stop {node} by hand"),
  restart: msg("Restart {node} by hand"),
};
const VERB: Readonly<Record<Kind, string>> = {
  drain: msg("Drain {node}"),
  stop: msg("Stop {node}"),
  restart: msg("Restart {node}"),
};
const S = 1000;
/** Where a plan has none, a limit that somebody wants begins here. */
const LEAST_CHOSEN_EXIT_S = 120;

export function ByHandDialog({
  cluster,
  nodeId,
  onChoose,
  onClose,
}: {
  readonly cluster: ClusterView;
  readonly nodeId: NodeId;
  readonly onChoose: (nodeId: NodeId) => void;
  readonly onClose: () => void;
}) {
  const router = useRouter();
  const isFe = cluster.nodes[nodeId]?.node.role === "fe";
  const [kind, setKind] = useState<Kind>(isFe ? "restart" : "drain");
  const [drainS, setDrainS] = useState(DEFAULT_DRAIN_LIMIT_MS / S);
  const [onLimit, setOnLimit] = useState<OnLimit>("ask");
  const [exitS, setExitS] = useState<number | null>(null);
  const { text: reason, set: setReason, forget } = useKeptText("byHand");
  const [overrides, setOverrides] = useState<Readonly<Record<string, string>>>({});
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  // What no gate stops is an approver's to start: whoever is none starts it up to its gate.
  const waits = useWhyNot("startUnapproved") !== null;
  const request: PlanRequestBody = {
    ...DEFAULT_REQUEST,
    kind,
    nodeIds: [nodeId],
    policy: { ...DEFAULT_POLICY, approval: waits ? "every" : "none", onDrainLimit: { do: onLimit } },
    drainLimitMs: drainS * S,
    exitLimitMs: exitS === null || kind === "drain" ? {} : { [nodeId]: exitS * S },
    reason,
  };
  // The reason changes no plan: typing it asks for nothing.
  const { draft, outdated, problem } = useDraft(cluster.id, { ...request, reason: "" });
  const planned = draft?.plan.steps.find((step) => step.nodeId === nodeId) ?? null;
  const start = async (): Promise<void> => {
    if (draft === null) return;
    setPending(true);
    const answer = await startRun(cluster.id, {
      request,
      // Naming the node in a dialog of its own is the confirmation; the cluster's name is asked for whole plans.
      confirm: cluster.name,
      overrides: overridesFrom(draft.checks, overrides),
    });
    setPending(false);
    if (!answer.ok) return setRefused(whyNot(answer));
    forget();
    onClose();
    return router.push(kind === "drain" ? `#${nodeId}` : runPath(answer.value.runId));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={t(TITLE[kind], { node: nodeId })}
      description={sentences([t(EFFECT[kind]), waits ? t("It waits for an approver first.") : ""])}
      actions={
        <>
          <Button onPress={onClose}>{t("Leave {node} alone", { node: nodeId })}</Button>
          <Button
            kind="primary"
            pending={pending}
            locked={whyNotStart(draft, outdated, problem, overrides, reason)}
            onPress={() => void start()}
          >
            {t(VERB[kind], { node: nodeId })}
          </Button>
        </>
      }
    >
      <div className={css("form")}>
        <span>{t("Node")}</span>
        <Select
          label={t("Node")}
          mono
          value={nodeId}
          options={Object.values(cluster.nodes).map(({ node }) => ({
            value: node.id,
            label: node.id,
            note: node.address,
          }))}
          onChange={onChoose}
        />
        <span>{t("Act")}</span>
        <Segmented
          label={t("Act")}
          value={kind}
          options={KINDS.map(({ value, label }) => ({ value, label: t(label) }))}
          onChange={setKind}
        />
        <span>{t("Drain limit")}</span>
        <div className={css("fields")}>
          <NumberField
            label={t("Drain limit")}
            hideLabel
            unit={t("s")}
            value={drainS}
            min={1}
            max={86_400}
            step={10}
            onChange={setDrainS}
          />
          <Segmented
            label={t("At the drain limit")}
            value={onLimit}
            options={[
              { value: "ask", label: t("Ask") },
              { value: "goOn", label: kind === "drain" ? t("Stay out") : t("Exit") },
            ]}
            onChange={setOnLimit}
          />
        </div>
        {kind === "drain" ? null : (
          <>
            <span>{t("Exit limit")}</span>
            <div className={css("fields")}>
              {exitS === null && planned === null ? (
                <span className={css("hint")}>{problem === null ? t("reading") : t("not known")}</span>
              ) : (
                <ExitLimit limitMs={exitS === null ? (planned?.exitLimitMs ?? null) : exitS * S} onChange={setExitS} />
              )}
            </div>
          </>
        )}
        <span>{t("Why")}</span>
        <TextField
          label={t("Reason, kept with the act")}
          value={reason}
          onChange={setReason}
          placeholder={t("replace nvme1n1")}
        />
      </div>
      {problem === null ? null : (
        <p role="alert" className={css("problem")}>
          {problem}
        </p>
      )}
      {draft === null ? (
        problem === null ? (
          <p className={css("hint")}>{t("asking the checks")}</p>
        ) : null
      ) : (
        <div className={css("evidence", outdated && "outdated")}>
          <h3>{t("Checks: {counts}", { counts: spokenCounts(draft) })}</h3>
          <CheckList
            checks={draft.checks.filter((check) => wordOf(check) !== "pass")}
            reasons={overrides}
            onReason={(key, text) => setOverrides((before) => ({ ...before, [key]: text ?? "" }))}
          />
          <h3>{t("Exact commands")}</h3>
          <CommandLines lines={draft.commands[nodeId] ?? []} />
        </div>
      )}
      {refused === null ? null : (
        <p role="alert" className={css("problem")}>
          {refused}
        </p>
      )}
    </Dialog>
  );
}

/** What the plan gives it, or what was chosen here. Null: it waits for its work, however long that takes. */
function ExitLimit({
  limitMs,
  onChange,
}: {
  readonly limitMs: number | null;
  readonly onChange: (seconds: number) => void;
}) {
  if (limitMs === null)
    return (
      <>
        <span className={css("hint")}>{t("none, it takes as long as its work")}</span>
        <Button kind="quiet" onPress={() => onChange(LEAST_CHOSEN_EXIT_S)}>
          {t("Set a limit")}
        </Button>
      </>
    );
  return (
    <>
      <NumberField
        label={t("Exit limit")}
        hideLabel
        unit={t("s")}
        value={limitMs / S}
        min={1}
        max={86_400}
        step={10}
        onChange={onChange}
      />
      <span className={css("hint")}>{t("then kill -9")}</span>
    </>
  );
}

function spokenCounts(draft: PlanDraft): string {
  const { fail, warn, pass } = countsOf(draft.checks);
  return t("{fail} fail, {warn} warn, {pass} pass", { fail, warn, pass });
}

function whyNotStart(
  draft: PlanDraft | null,
  outdated: boolean,
  problem: string | null,
  overrides: Readonly<Record<string, string>>,
  reason: string,
): string | null {
  if (problem !== null) return problem;
  if (draft === null || outdated) return t("The checks are being asked.");
  if (reason.trim() === "") return t("Say why: the reason is kept with the act.");
  return whyNotReady(draft.checks, overrides);
}
