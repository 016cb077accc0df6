"use client";
/** The policy of a run that is under way: what is changed here holds from now on, with who changed it and why. */
import { useState } from "react";
import type { Policy, PolicyPatch } from "#lib/run/plan.ts";
import type { Run } from "#lib/run/state.ts";
import { useKeptText } from "#components/data/use-kept-text.ts";
import { useCluster } from "#components/data/live-provider.tsx";
import { wordsOf } from "#components/data/words.ts";
import { useRunRequest } from "#components/data/use-run-request.ts";
import { t } from "#components/language/t.ts";
import {
  ApprovalField,
  AtOnceField,
  FinishField,
  HookFields,
  OnDrainLimitField,
  ProbeField,
  SafetyFields,
  SoakFields,
} from "#components/plan/policy-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { changesOf, patchOf } from "./policy-changes.ts";
import styles from "./policy-dialog.module.css";

const LEAST_REASON = 3;

export function PolicyDialog({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const words = wordsOf(useCluster(run.plan.clusterId), run.plan);
  const asking = useRunRequest(run);
  const [part, setPart] = useState<Partial<Policy>>({});
  const { text: reason, set: setReason, forget } = useKeptText("policy");
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  // What somebody else changes meanwhile stays as they set it: only what was touched here is sent.
  const policy: Policy = { ...run.plan.policy, ...part };
  const patch: PolicyPatch = patchOf(run.plan.policy, policy);
  const changes = changesOf(run.plan.policy, policy);
  const request = { do: "changePolicy", policy: patch, reason } as const;
  const tooShort = reason.trim().length < LEAST_REASON ? t("Say why first; it goes into the journal.") : null;
  const nothing = changes.length === 0 ? t("Nothing is changed yet.") : null;
  const locked = nothing ?? asking.whyNot({ ...request, reason: "example" }) ?? tooShort;
  const change = async (): Promise<void> => {
    setPending(true);
    const why = await asking.ask(request);
    setPending(false);
    if (why === null) {
      forget();
      onClose();
    } else setRefused(why);
  };
  const set = (next: Partial<Policy>): void => setPart((before) => ({ ...before, ...next }));
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={t("Change the policy of this run?")}
      description={t(
        "It holds from now on, for what is still to come. Where work runs out, and which nodes in which order, was frozen with the plan.",
      )}
      actions={
        <>
          <Button onPress={onClose}>{t("Keep the policy")}</Button>
          <Button kind="primary" pending={pending} locked={locked} onPress={() => void change()}>
            {t("Change the policy")}
          </Button>
        </>
      }
    >
      <div className={styles["fields"]}>
        <ApprovalField policy={policy} onChange={set} />
        {policy.maxUnavailable === 1 ? null : (
          <AtOnceField policy={policy} words={words} most={policy.maxUnavailable} onChange={set} />
        )}
        {run.plan.policy.drain === "before" ? <OnDrainLimitField policy={policy} onChange={set} /> : null}
        <SoakFields policy={policy} words={words} onChange={set} />
        <SafetyFields policy={policy} words={words} onChange={set} />
        {run.plan.targetVersion === null ? null : <FinishField policy={policy} onChange={set} />}
        <ProbeField policy={policy} words={words} onChange={set} />
        <HookFields policy={policy} onChange={set} />
      </div>
      {changes.length === 0 ? null : (
        <ul className={styles["changes"]} aria-label={t("What changes")}>
          {changes.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <TextField label={t("Why")} value={reason} onChange={setReason} />
      {refused === null ? null : (
        <p role="alert" className={styles["refused"]}>
          {refused}
        </p>
      )}
    </Dialog>
  );
}
