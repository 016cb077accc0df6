"use client";
import type { Role } from "#lib/cluster/node.ts";
import type { Plan, Policy } from "#lib/run/plan.ts";
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
/**
 * An exit nests the waits of the node and of its script: loop_count = max(1, floor((exitLimitS - 31) / 10)) for BE and
 * CN; an FE's max_graceful_exit_time_second is 60 s by default, and its script waits longer than that.
 */
const LEAST_EXIT_S: Readonly<Record<Role, number>> = { fe: 75, be: 41, cn: 41, server: 1 };

export function PolicyPart({
  form,
  plan,
  onChange,
}: {
  readonly form: PlanForm;
  readonly plan: Plan | null;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const { policy } = form;
  const set = (part: Partial<Policy>): void => onChange({ policy: { ...policy, ...part } });
  return (
    <section className={css("part")} aria-label="Policy">
      <h2>Policy</h2>
      <PolicyLine title="What">
        <Segmented
          label="What the run does"
          value={form.kind}
          options={[
            { value: "upgrade", label: "Upgrade" },
            { value: "downgrade", label: "Downgrade" },
            { value: "restart", label: "Restart, same version" },
          ]}
          onChange={(kind) =>
            onChange({ kind, targetVersion: kind === "restart" || kind === form.kind ? form.targetVersion : null })
          }
        />
      </PolicyLine>
      <ApprovalField policy={policy} onChange={set} />
      <AtOnceField policy={policy} most={null} onChange={set} />
      <PolicyLine
        title="Drain"
        hint={
          policy.drain === "before"
            ? "Work runs out while the drain can still be undone; then the signal."
            : "The documented way: work runs out after the signal, and nothing can be put back."
        }
      >
        <Segmented
          label="Drain"
          value={policy.drain}
          options={[
            { value: "before", label: "Before the exit" },
            { value: "inside", label: "Inside the exit" },
          ]}
          onChange={(drain) => set({ drain })}
        />
      </PolicyLine>
      {policy.drain === "before" ? <DrainLimit form={form} onChange={onChange} /> : null}
      <ExitLimits form={form} plan={plan} onChange={onChange} />
      <PolicyLine title="FE leader's exit" hint={LEADER_EXIT[form.leaderExit]}>
        <Segmented
          label="FE leader's exit"
          value={form.leaderExit}
          options={[
            { value: "graceful", label: "Graceful" },
            { value: "plain", label: "Plain" },
          ]}
          onChange={(leaderExit) => onChange({ leaderExit })}
        />
      </PolicyLine>
      <SoakFields policy={policy} onChange={set} />
      <SafetyFields policy={policy} onChange={set} />
      {form.kind === "restart" ? null : <FinishField policy={policy} onChange={set} />}
      <ProbeField policy={policy} onChange={set} />
      <HookFields policy={policy} onChange={set} />
      <PolicyLine
        title="Isolation"
        hint={
          form.isolate
            ? "Off the routes of every FE before the drain, read back on each."
            : "Off, for measuring only: queries that are sent to a leaving node fail or are tried again."
        }
      >
        <Segmented
          label="Isolation"
          value={form.isolate ? "on" : "off"}
          options={[
            { value: "on", label: "On" },
            { value: "off", label: "Off, to measure" },
          ]}
          onChange={(isolate) => onChange({ isolate: isolate === "on" })}
        />
      </PolicyLine>
      <PolicyLine title="Why">
        <div className={css("reason")}>
          <TextField
            label="Reason, for the journal"
            value={form.reason}
            placeholder="security release"
            onChange={(reason) => onChange({ reason })}
          />
          <TextField
            label="Ticket, if there is one"
            value={form.ticket}
            placeholder="CHG-4711"
            onChange={(ticket) => onChange({ ticket })}
          />
        </div>
      </PolicyLine>
    </section>
  );
}

const LEADER_EXIT = {
  graceful:
    "It hands over and lets its clients finish. Some versions lose loads that run meanwhile; pre-flight says so.",
  plain: "It stops at once; the others elect a leader. Statements on it are cut.",
} as const;

function DrainLimit({
  form,
  onChange,
}: {
  readonly form: PlanForm;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const { policy, drainLimitMs } = form;
  return (
    <PolicyLine title="Drain limit" hint={ON_DRAIN_LIMIT[policy.onDrainLimit.do]}>
      {drainLimitMs === null ? null : (
        <NumberField
          label="Drain limit"
          hideLabel
          unit="s"
          value={drainLimitMs / S}
          min={1}
          max={DAY_S}
          step={10}
          onChange={(limitS) => onChange({ drainLimitMs: limitS * S })}
        />
      )}
      <span className={css("label")}>At the limit</span>
      <OnDrainLimitControls policy={policy} onChange={(part) => onChange({ policy: { ...policy, ...part } })} />
    </PolicyLine>
  );
}

const ROLE_NAMES: Readonly<Record<Role, string>> = { be: "BE", cn: "CN", fe: "FE", server: "Server" };

/** By role; the plan says what stands where nothing was set here. */
function ExitLimits({
  form,
  plan,
  onChange,
}: {
  readonly form: PlanForm;
  readonly plan: Plan | null;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const roles = [...new Set((plan?.steps ?? []).map((step) => step.role))];
  if (roles.length === 0) return null;
  return (
    <PolicyLine title="Exit limit" hint="After the signal it only comes closer, and ends in kill -9.">
      {roles.map((role) => {
        const planned = plan?.steps.find((step) => step.role === role)?.exitLimitMs ?? null;
        const valueMs = form.exitLimitMs[role] ?? planned ?? 0;
        const leastS = LEAST_EXIT_S[role];
        const tooShort = valueMs < leastS * S;
        return (
          <NumberField
            key={role}
            label={ROLE_NAMES[role]}
            unit="s"
            value={valueMs / S}
            min={1}
            max={DAY_S}
            step={10}
            wrong={tooShort ? `${leastS} s or more: the node's own wait must fit inside` : null}
            onChange={(limitS) => onChange({ exitLimitMs: { ...form.exitLimitMs, [role]: limitS * S } })}
          />
        );
      })}
    </PolicyLine>
  );
}
