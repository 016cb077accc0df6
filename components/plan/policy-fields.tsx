"use client";
/** What a plan decides and a run under way may still change: the same fields on the plan's screen and in the dialog. */
import type { SystemWords } from "#lib/cluster/words.ts";
import type { Policy } from "#lib/run/plan.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
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

/** Where a system has its own words for it. */
type WithWords = Fields & { readonly words: SystemWords };

export function ApprovalField({ policy, onChange }: Fields) {
  return (
    <PolicyLine title={t("Approval")} hint={t(APPROVAL[policy.approval])}>
      <Segmented
        label={t("Approval")}
        value={policy.approval}
        options={[
          { value: "every", label: t("Every node") },
          { value: "firstOfRole", label: t("First of each role") },
          { value: "firstThenLook", label: t("First, then a look") },
          { value: "none", label: t("None") },
        ]}
        onChange={(approval) => onChange({ approval })}
      />
    </PolicyLine>
  );
}

const APPROVAL: Readonly<Record<Policy["approval"], string>> = {
  every: msg("Each node waits for a person."),
  firstOfRole: msg("The first of each role waits for a person; the others follow by themselves."),
  firstThenLook: msg(
    "The first of each role waits for a person, and the second for another look at what the first did.",
  ),
  none: msg("No node waits for a person."),
};

/** `most`: as many as the policy lets be out of service; null: that follows what is set here. */
export function AtOnceField({ policy, words, most, onChange }: WithWords & { readonly most: number | null }) {
  return (
    <PolicyLine
      title={t("At once")}
      hint={
        policy.batch === 1
          ? t("One node after the other.")
          : words.neverTwo === null
            ? t(
                "Another of the same role begins when those before it are out and its checks, asked then, prove that nothing is lost without all of them.",
              )
            : t(
                "Another of the same role begins when those before it are out and its checks, asked then, prove that nothing is lost without all of them; never {node}.",
                { node: said(words.neverTwo) },
              )
      }
    >
      <NumberField
        label={t("At once")}
        hideLabel
        unit={policy.batch === 1 ? t("node") : t("nodes")}
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

/** `t` says them. */
export const ON_DRAIN_LIMIT = {
  ask: msg("The run holds and shows what is left."),
  extend: msg("It waits on by itself up to the most given, then holds."),
  goOn: msg("The graceful exit is sent; it waits on up to its own limit, then kills."),
} as const;

export function OnDrainLimitControls({ policy, onChange }: Fields) {
  const { onDrainLimit } = policy;
  return (
    <>
      <Segmented
        label={t("At the drain limit")}
        value={onDrainLimit.do}
        options={[
          { value: "ask", label: t("Ask") },
          { value: "extend", label: t("Extend 60 s, then ask") },
          { value: "goOn", label: t("Go on") },
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
          label={t("at most")}
          unit={t("s")}
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
    <PolicyLine title={t("At the drain limit")} hint={t(ON_DRAIN_LIMIT[policy.onDrainLimit.do])}>
      <OnDrainLimitControls policy={policy} onChange={onChange} />
    </PolicyLine>
  );
}

export function SoakFields({ policy, words, onChange }: WithWords) {
  const work = said(words.work.many);
  return (
    <>
      <PolicyLine title={t("Verify soak")}>
        <NumberField
          label={t("Verify soak")}
          hideLabel
          unit={t("s")}
          value={policy.soakMs / S}
          min={0}
          max={DAY_S}
          step={10}
          onChange={(soakS) => onChange({ soakMs: soakS * S })}
        />
        <NumberField
          label={t("Fails if more than")}
          unit={t("failed")}
          value={policy.maxFailures}
          min={0}
          max={1_000_000}
          onChange={(maxFailures) => onChange({ maxFailures })}
        />
      </PolicyLine>
      <PolicyLine
        title={t("Without traffic")}
        hint={t("Fewer {work} than this in the soak prove nothing about traffic.", { work })}
      >
        <NumberField
          label={t("Below")}
          unit={work}
          value={policy.minRequests}
          min={0}
          max={10_000_000}
          step={10}
          onChange={(minRequests) => onChange({ minRequests })}
        />
        <Segmented
          label={t("Without traffic")}
          value={policy.onNoTraffic}
          options={[
            { value: "hold", label: t("Ask") },
            { value: "accept", label: t("Accept on {health}", { health: said(words.health) }) },
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

export function SafetyFields({ policy, words, onChange }: WithWords) {
  const { failureBudget, unansweredMs } = policy;
  return (
    <>
      <PolicyLine title={t("Failure budget")} hint={budgetHint(words)}>
        <Segmented
          label={t("Failure budget")}
          value={failureBudget === null ? "none" : "some"}
          options={[
            { value: "none", label: t("No budget") },
            { value: "some", label: t("Pause if more than") },
          ]}
          onChange={(which) => onChange({ failureBudget: which === "none" ? null : USUAL_BUDGET })}
        />
        {failureBudget === null ? null : (
          <NumberField
            label={t("Failure budget")}
            hideLabel
            unit={t("failed")}
            value={failureBudget}
            min={0}
            max={1_000_000_000}
            onChange={(most) => onChange({ failureBudget: most })}
          />
        )}
      </PolicyLine>
      <PolicyLine
        title={t("Nobody answers")}
        hint={
          unansweredMs === null
            ? t("A node that is kept aside stays so until somebody answers its hold.")
            : t("A node that is kept aside, and whose hold nobody answers, is put back then, and the run pauses.")
        }
      >
        <Segmented
          label={t("When nobody answers")}
          value={unansweredMs === null ? "wait" : "putBack"}
          options={[
            { value: "putBack", label: t("Put it back after") },
            { value: "wait", label: t("Wait for ever") },
          ]}
          onChange={(which) => onChange({ unansweredMs: which === "wait" ? null : USUAL_UNANSWERED_MS })}
        />
        {unansweredMs === null ? null : (
          <NumberField
            label={t("When nobody answers")}
            hideLabel
            unit={t("min")}
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

function budgetHint({ counters, door }: SystemWords): string {
  if (counters === null) return t("Of the whole run. Nobody counts failures here: nothing can use it up.");
  return door === null
    ? t("Of the whole run: what {counters} count as failed.", { counters: said(counters) })
    : t("Of the whole run: what {counters} count as failed, and the probe's statements.", { counters: said(counters) });
}

export function FinishField({ policy, onChange }: Fields) {
  return (
    <PolicyLine
      title={t("Finish")}
      hint={
        policy.finish === "later"
          ? t(
              "The run waits at its end; the old files stay until somebody says Finish, so that it can be rolled back quickly.",
            )
          : t("The run ends by itself when its last node is verified.")
      }
    >
      <Segmented
        label={t("Finish")}
        value={policy.finish}
        options={[
          { value: "atOnce", label: t("At once") },
          { value: "later", label: t("Later, when somebody says so") },
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
      title={t("Own commands")}
      hint={t(
        "Run on the node's host, an argument a line and no shell between: before it is touched, and after it is verified. One that fails holds the run.",
      )}
    >
      <HookField
        label={t("Before each node")}
        hook={hooks.before}
        onChange={(before) => onChange({ hooks: { ...hooks, before } })}
      />
      <HookField
        label={t("After each node")}
        hook={hooks.after}
        onChange={(after) => onChange({ hooks: { ...hooks, after } })}
      />
    </PolicyLine>
  );
}

export function ProbeField({ policy, words, onChange }: WithWords) {
  const { probe } = policy;
  const { door, counters } = words;
  // There is nothing that a statement could be sent through.
  if (door === null) return null;
  return (
    <PolicyLine
      title={t("Probe")}
      hint={
        probe === null
          ? counters === null
            ? t("No statements of our own, and nobody counts failures.")
            : t("No statements of our own: only what {counters} count tells of failures.", { counters: said(counters) })
          : t(
              "A small statement through every {door}, for as long as the run lasts; the report pins each failure to node and phase.",
              { door: said(door) },
            )
      }
    >
      <Segmented
        label={t("Probe")}
        value={probe === null ? "off" : "on"}
        options={[
          { value: "off", label: t("Off") },
          { value: "on", label: t("A statement every") },
        ]}
        onChange={(which) => onChange({ probe: which === "off" ? null : { everyMs: USUAL_PROBE_MS } })}
      />
      {probe === null ? null : (
        <NumberField
          label={t("A statement every")}
          hideLabel
          unit={t("ms")}
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
