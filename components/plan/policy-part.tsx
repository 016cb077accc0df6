"use client";
import { asTitle } from "#components/format.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import type { Plan, Policy } from "#lib/run/plan.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { NumberField } from "#components/ui/number-field.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import type { PlanForm } from "./plan-form.ts";
import {
  ApprovalField,
  AtOnceField,
  FinishField,
  HookFields,
  ON_DRAIN_LIMIT,
  OnDrainLimitControls,
  ProbeField,
  SafetyFields,
  SoakFields,
} from "./policy-fields.tsx";
import { PolicyLine } from "./policy-line.tsx";
import styles from "./policy-part.module.css";

const css = classesOf(styles);

const S = 1000;
const DAY_S = 86_400;
export function PolicyPart({
  form,
  plan,
  words,
  onChange,
}: {
  readonly form: PlanForm;
  readonly plan: Plan | null;
  readonly words: SystemWords;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const { policy } = form;
  const { leaderExit } = words;
  const set = (part: Partial<Policy>): void => onChange({ policy: { ...policy, ...part } });
  return (
    <section className={css("part")} aria-label={t("Policy")}>
      <h2>{t("Policy")}</h2>
      <PolicyLine title={t("What")}>
        <Segmented
          label={t("What the run does")}
          value={form.kind}
          options={[
            { value: "upgrade", label: t("Upgrade") },
            { value: "downgrade", label: t("Downgrade") },
            { value: "restart", label: t("Restart, same version") },
          ]}
          onChange={(kind) =>
            onChange({ kind, targetVersion: kind === "restart" || kind === form.kind ? form.targetVersion : null })
          }
        />
      </PolicyLine>
      <ApprovalField policy={policy} onChange={set} />
      <AtOnceField policy={policy} words={words} most={null} onChange={set} />
      <PolicyLine
        title={t("Drain")}
        hint={
          policy.drain === "before"
            ? t("Work runs out while the drain can still be undone; then the signal.")
            : t("The documented way: work runs out after the signal, and nothing can be put back.")
        }
      >
        <Segmented
          label={t("Drain")}
          value={policy.drain}
          options={[
            { value: "before", label: t("Before the exit") },
            { value: "inside", label: t("Inside the exit") },
          ]}
          onChange={(drain) => set({ drain })}
        />
      </PolicyLine>
      {policy.drain === "before" ? <DrainLimit form={form} onChange={onChange} /> : null}
      <ExitLimits form={form} plan={plan} words={words} onChange={onChange} />
      {leaderExit === null ? null : (
        <PolicyLine title={said(leaderExit.title)} hint={said(leaderExit[form.leaderExit])}>
          <Segmented
            label={said(leaderExit.title)}
            value={form.leaderExit}
            options={[
              { value: "graceful", label: t("Graceful") },
              { value: "plain", label: t("Plain") },
            ]}
            onChange={(how) => onChange({ leaderExit: how })}
          />
        </PolicyLine>
      )}
      <SoakFields policy={policy} words={words} onChange={set} />
      <SafetyFields policy={policy} words={words} onChange={set} />
      {form.kind === "restart" ? null : <FinishField policy={policy} onChange={set} />}
      <ProbeField policy={policy} words={words} onChange={set} />
      <HookFields policy={policy} onChange={set} />
      <PolicyLine
        title={t("Isolation")}
        hint={
          form.isolate
            ? t("Off the routes of {routers} before the drain, read back on each.", { routers: said(words.routers) })
            : t("Off, for measuring only: {work} that are sent to a leaving node fail or are tried again.", {
                work: said(words.work.many),
              })
        }
      >
        <Segmented
          label={t("Isolation")}
          value={form.isolate ? "on" : "off"}
          options={[
            { value: "on", label: t("On") },
            { value: "off", label: t("Off, to measure") },
          ]}
          onChange={(isolate) => onChange({ isolate: isolate === "on" })}
        />
      </PolicyLine>
      <PolicyLine title={t("Why")}>
        <div className={css("reason")}>
          <TextField
            label={t("Reason, for the journal")}
            value={form.reason}
            placeholder={t("security release")}
            onChange={(reason) => onChange({ reason })}
          />
          <TextField
            label={t("Ticket, if there is one")}
            value={form.ticket}
            placeholder="CHG-4711"
            onChange={(ticket) => onChange({ ticket })}
          />
        </div>
      </PolicyLine>
    </section>
  );
}

function DrainLimit({
  form,
  onChange,
}: {
  readonly form: PlanForm;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const { policy, drainLimitMs } = form;
  return (
    <PolicyLine title={t("Drain limit")} hint={t(ON_DRAIN_LIMIT[policy.onDrainLimit.do])}>
      {drainLimitMs === null ? null : (
        <NumberField
          label={t("Drain limit")}
          hideLabel
          unit={t("s")}
          value={drainLimitMs / S}
          min={1}
          max={DAY_S}
          step={10}
          onChange={(limitS) => onChange({ drainLimitMs: limitS * S })}
        />
      )}
      <span className={css("label")}>{t("At the limit")}</span>
      <OnDrainLimitControls policy={policy} onChange={(part) => onChange({ policy: { ...policy, ...part } })} />
    </PolicyLine>
  );
}

/** By role; the plan says what stands where nothing was set here. */
function ExitLimits({
  form,
  plan,
  words,
  onChange,
}: {
  readonly form: PlanForm;
  readonly plan: Plan | null;
  readonly words: SystemWords;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const roles = [...new Set((plan?.steps ?? []).map((step) => step.role))];
  if (roles.length === 0) return null;
  return (
    <PolicyLine title={t("Exit limit")} hint={t("After the signal it only comes closer, and ends in kill -9.")}>
      {roles.map((role) => {
        const planned = plan?.steps.find((step) => step.role === role)?.exitLimitMs ?? null;
        const valueMs = form.exitLimitMs[role] ?? planned;
        // No limit is none, and not a short one: the first is set while the exit lasts.
        if (valueMs === null) return <span key={role}>{t("as long as it takes")}</span>;
        return (
          <NumberField
            key={role}
            label={role === "server" ? asTitle(words.node.one) : role.toUpperCase()}
            unit={t("s")}
            value={valueMs / S}
            min={1}
            max={DAY_S}
            step={10}
            onChange={(limitS) => onChange({ exitLimitMs: { ...form.exitLimitMs, [role]: limitS * S } })}
          />
        );
      })}
    </PolicyLine>
  );
}
