"use client";
/** What a plan decides and a run under way may still change: the same fields on the plan's screen and in the dialog. */
import type { Policy } from "#lib/run/plan.ts";
import { NumberField } from "#components/ui/number-field.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { HookField } from "./hook-field.tsx";
import { PolicyLine } from "./policy-line.tsx";

const S = 1000;
const MINUTE_MS = 60_000;
const DAY_S = 86_400;

type Fields = {
  readonly policy: Policy;
  readonly onChange: (part: Partial<Policy>) => void;
};

export function ApprovalField({ policy, onChange }: Fields) {
  return (
    <PolicyLine title="Approval" hint={APPROVAL[policy.approval]}>
      <Segmented
        label="Approval"
        value={policy.approval}
        options={[
          { value: "every", label: "Every node" },
          { value: "firstOfRole", label: "First of each role" },
          { value: "firstThenLook", label: "First, then a look" },
          { value: "none", label: "None" },
        ]}
        onChange={(approval) => onChange({ approval })}
      />
    </PolicyLine>
  );
}

const APPROVAL: Readonly<Record<Policy["approval"], string>> = {
  every: "Each node waits for a person.",
  firstOfRole: "The first of each role waits for a person; the others follow by themselves.",
  firstThenLook: "The first of each role waits for a person, and the second for another look at what the first did.",
  none: "No node waits for a person.",
};

/** `most`: as many as the policy lets be out of service; null: that follows what is set here. */
export function AtOnceField({ policy, most, onChange }: Fields & { readonly most: number | null }) {
  return (
    <PolicyLine
      title="At once"
      hint={
        policy.batch === 1
          ? "One node after the other."
          : "Another of the same role begins when those before it are out and its checks, asked then, prove that nothing is lost without all of them; never a front end."
      }
    >
      <NumberField
        label="At once"
        hideLabel
        unit={policy.batch === 1 ? "node" : "nodes"}
        value={policy.batch}
        min={1}
        max={most ?? MOST_AT_ONCE}
        onChange={(batch) => onChange(most === null ? { batch, maxUnavailable: batch } : { batch })}
      />
    </PolicyLine>
  );
}

const MOST_AT_ONCE = 100;

const EXTEND_BY_MS = 60_000;
const EXTEND_AT_MOST_MS = 600_000;

export const ON_DRAIN_LIMIT = {
  ask: "The run holds and shows what is left.",
  extend: "It waits on by itself up to the most given, then holds.",
  goOn: "The graceful exit is sent; it waits on up to its own limit, then kills.",
} as const;

export function OnDrainLimitControls({ policy, onChange }: Fields) {
  const { onDrainLimit } = policy;
  return (
    <>
      <Segmented
        label="At the drain limit"
        value={onDrainLimit.do}
        options={[
          { value: "ask", label: "Ask" },
          { value: "extend", label: "Extend 60 s, then ask" },
          { value: "goOn", label: "Go on" },
        ]}
        onChange={(what) =>
          onChange({
            onDrainLimit:
              what === "extend" ? { do: "extend", byMs: EXTEND_BY_MS, atMostMs: EXTEND_AT_MOST_MS } : { do: what },
          })
        }
      />
      {onDrainLimit.do === "extend" ? (
        <NumberField
          label="at most"
          unit="s"
          value={onDrainLimit.atMostMs / S}
          min={60}
          max={DAY_S}
          step={60}
          onChange={(atMostS) => onChange({ onDrainLimit: { ...onDrainLimit, atMostMs: atMostS * S } })}
        />
      ) : null}
    </>
  );
}

export function OnDrainLimitField({ policy, onChange }: Fields) {
  return (
    <PolicyLine title="At the drain limit" hint={ON_DRAIN_LIMIT[policy.onDrainLimit.do]}>
      <OnDrainLimitControls policy={policy} onChange={onChange} />
    </PolicyLine>
  );
}

export function SoakFields({ policy, onChange }: Fields) {
  return (
    <>
      <PolicyLine title="Verify soak">
        <NumberField
          label="Verify soak"
          hideLabel
          unit="s"
          value={policy.soakMs / S}
          min={0}
          max={DAY_S}
          step={10}
          onChange={(soakS) => onChange({ soakMs: soakS * S })}
        />
        <NumberField
          label="Fails if more than"
          unit="failed"
          value={policy.maxFailures}
          min={0}
          max={1_000_000}
          onChange={(maxFailures) => onChange({ maxFailures })}
        />
      </PolicyLine>
      <PolicyLine title="Without traffic" hint="Fewer queries than this in the soak prove nothing about traffic.">
        <NumberField
          label="Below"
          unit="queries"
          value={policy.minRequests}
          min={0}
          max={10_000_000}
          step={10}
          onChange={(minRequests) => onChange({ minRequests })}
        />
        <Segmented
          label="Without traffic"
          value={policy.onNoTraffic}
          options={[
            { value: "hold", label: "Ask" },
            { value: "accept", label: "Accept on tablets and health" },
          ]}
          onChange={(onNoTraffic) => onChange({ onNoTraffic })}
        />
      </PolicyLine>
    </>
  );
}

const USUAL_BUDGET = 20;
const USUAL_UNANSWERED_MS = 30 * MINUTE_MS;
const USUAL_PROBE_MS = 1000;

export function SafetyFields({ policy, onChange }: Fields) {
  const { failureBudget, unansweredMs } = policy;
  return (
    <>
      <PolicyLine
        title="Failure budget"
        hint="Of the whole run: what the FEs count as failed, and the probe's statements."
      >
        <Segmented
          label="Failure budget"
          value={failureBudget === null ? "none" : "some"}
          options={[
            { value: "none", label: "No budget" },
            { value: "some", label: "Pause if more than" },
          ]}
          onChange={(which) => onChange({ failureBudget: which === "none" ? null : USUAL_BUDGET })}
        />
        {failureBudget === null ? null : (
          <NumberField
            label="Failure budget"
            hideLabel
            unit="failed"
            value={failureBudget}
            min={0}
            max={1_000_000_000}
            onChange={(most) => onChange({ failureBudget: most })}
          />
        )}
      </PolicyLine>
      <PolicyLine
        title="Nobody answers"
        hint={
          unansweredMs === null
            ? "A node that is kept aside stays so until somebody answers its hold."
            : "A node that is kept aside, and whose hold nobody answers, is put back then, and the run pauses."
        }
      >
        <Segmented
          label="When nobody answers"
          value={unansweredMs === null ? "wait" : "putBack"}
          options={[
            { value: "putBack", label: "Put it back after" },
            { value: "wait", label: "Wait for ever" },
          ]}
          onChange={(which) => onChange({ unansweredMs: which === "wait" ? null : USUAL_UNANSWERED_MS })}
        />
        {unansweredMs === null ? null : (
          <NumberField
            label="When nobody answers"
            hideLabel
            unit="min"
            value={unansweredMs / MINUTE_MS}
            min={1}
            max={1440}
            onChange={(minutes) => onChange({ unansweredMs: minutes * MINUTE_MS })}
          />
        )}
      </PolicyLine>
    </>
  );
}

export function FinishField({ policy, onChange }: Fields) {
  return (
    <PolicyLine
      title="Finish"
      hint={
        policy.finish === "later"
          ? "The run waits at its end; the old files stay until somebody says Finish, so that it can be rolled back quickly."
          : "The run ends by itself when its last node is verified."
      }
    >
      <Segmented
        label="Finish"
        value={policy.finish}
        options={[
          { value: "atOnce", label: "At once" },
          { value: "later", label: "Later, when somebody says so" },
        ]}
        onChange={(finish) => onChange({ finish })}
      />
    </PolicyLine>
  );
}

export function HookFields({ policy, onChange }: Fields) {
  const { hooks } = policy;
  return (
    <PolicyLine
      title="Own commands"
      hint="Run on the node's host, an argument a line and no shell between: before it is touched, and after it is verified. One that fails holds the run."
    >
      <HookField
        label="Before each node"
        hook={hooks.before}
        onChange={(before) => onChange({ hooks: { ...hooks, before } })}
      />
      <HookField
        label="After each node"
        hook={hooks.after}
        onChange={(after) => onChange({ hooks: { ...hooks, after } })}
      />
    </PolicyLine>
  );
}

export function ProbeField({ policy, onChange }: Fields) {
  const { probe } = policy;
  return (
    <PolicyLine
      title="Probe"
      hint={
        probe === null
          ? "No statements of our own: only what the FEs count tells of failures."
          : "A small statement through every FE, for as long as the run lasts; the report pins each failure to node and phase."
      }
    >
      <Segmented
        label="Probe"
        value={probe === null ? "off" : "on"}
        options={[
          { value: "off", label: "Off" },
          { value: "on", label: "A statement every" },
        ]}
        onChange={(which) => onChange({ probe: which === "off" ? null : { everyMs: USUAL_PROBE_MS } })}
      />
      {probe === null ? null : (
        <NumberField
          label="A statement every"
          hideLabel
          unit="ms"
          value={probe.everyMs}
          min={100}
          max={3_600_000}
          step={100}
          onChange={(everyMs) => onChange({ probe: { everyMs } })}
        />
      )}
    </PolicyLine>
  );
}
