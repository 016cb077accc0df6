import type { ReactNode } from "react";
import type { Role } from "#lib/cluster/node.ts";
import { classesOf } from "#components/ui/css.ts";
import { NumberField } from "#components/ui/number-field.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { LEAST_EXIT_S, type PlanForm } from "./form.ts";
import styles from "./plan-screen.module.css";

const css = classesOf(styles);

type Props = { readonly form: PlanForm; readonly onChange: (changes: Partial<PlanForm>) => void };

export function PolicyForm({ form, onChange }: Props) {
  return (
    <section className={css("region", "policy")} aria-labelledby="plan-policy">
      <header className={css("regionHead")}>
        <h2 id="plan-policy">Policy</h2>
      </header>
      <Row caption="Approval">
        <Segmented
          label="Approval"
          value={form.approval}
          options={[
            { value: "every", label: "Every node" },
            { value: "firstOfRole", label: "First of each role, then automatic" },
            { value: "none", label: "None" },
          ]}
          onChange={(approval) => onChange({ approval })}
        />
      </Row>
      <DrainRows form={form} onChange={onChange} />
      <ExitRows form={form} onChange={onChange} />
      <Row
        caption="Verify soak"
        note={`Every gate stays good for ${form.soakS} s; more than ${form.maxFailures} failed queries, as the FEs count, hold the run.`}
      >
        <NumberField
          label="Verify soak"
          hideLabel
          unit="s"
          min={0}
          max={3600}
          value={form.soakS}
          onChange={(soakS) => onChange({ soakS })}
        />
        <NumberField
          label="Failed queries that one soak may have"
          hideLabel
          unit="failed"
          min={0}
          max={100_000}
          value={form.maxFailures}
          onChange={(maxFailures) => onChange({ maxFailures })}
        />
      </Row>
      <Row
        caption="Without traffic"
        note={`Fewer than ${form.minRequests} queries in the soak prove nothing by themselves.`}
      >
        <Segmented
          label="Without traffic"
          value={form.onNoTraffic}
          options={[
            { value: "hold", label: "Ask a person" },
            { value: "accept", label: "Accept tablets and health" },
          ]}
          onChange={(onNoTraffic) => onChange({ onNoTraffic })}
        />
        <NumberField
          label="Queries that a soak needs"
          hideLabel
          unit="queries"
          min={0}
          max={1_000_000}
          value={form.minRequests}
          onChange={(minRequests) => onChange({ minRequests })}
        />
      </Row>
      <div className={css("reason")}>
        <TextField
          label="Reason, for the journal"
          value={form.reason}
          placeholder="change number, or why now"
          onChange={(reason) => onChange({ reason })}
        />
      </div>
    </section>
  );
}

function DrainRows({ form, onChange }: Props) {
  const inside = form.drain === "inside";
  return (
    <>
      <Row
        caption="Drain"
        note={
          inside
            ? "StarRocks' own procedure: the signal is sent at once, and work runs out while the node says SHUTDOWN. It cannot be put back."
            : "The node leaves the routes first, and its work runs out while that can be undone."
        }
      >
        <Segmented
          label="Drain"
          value={form.drain}
          options={[
            { value: "before", label: "Before the exit" },
            { value: "inside", label: "Inside the exit" },
          ]}
          onChange={(drain) => onChange({ drain })}
        />
      </Row>
      {inside ? null : (
        <Row caption="Drain limit" note={DRAIN_LIMIT_NOTES[form.onDrainLimit]}>
          <NumberField
            label="Drain limit"
            hideLabel
            unit="s"
            min={1}
            max={86_400}
            step={10}
            value={form.drainLimitS}
            onChange={(drainLimitS) => onChange({ drainLimitS })}
          />
          <Segmented
            label="At the drain limit"
            value={form.onDrainLimit}
            options={[
              { value: "ask", label: "Ask" },
              { value: "extend", label: "Extend, then ask" },
              { value: "goOn", label: "Go on to the exit" },
            ]}
            onChange={(onDrainLimit) => onChange({ onDrainLimit })}
          />
          {form.onDrainLimit === "extend" ? (
            <>
              <NumberField
                label="Extend by"
                unit="s"
                min={1}
                max={3600}
                step={10}
                value={form.extendByS}
                onChange={(extendByS) => onChange({ extendByS })}
              />
              <NumberField
                label="at most"
                unit="s"
                min={1}
                max={86_400}
                step={60}
                value={form.extendAtMostS}
                onChange={(extendAtMostS) => onChange({ extendAtMostS })}
              />
            </>
          ) : null}
        </Row>
      )}
    </>
  );
}

const DRAIN_LIMIT_NOTES: Readonly<Record<PlanForm["onDrainLimit"], string>> = {
  ask: "The run holds and shows what still runs; the drain goes on meanwhile.",
  extend: "The limit moves by itself, and after that the run holds.",
  goOn: "The graceful exit is sent although work is left; the exit limit then ends in a kill.",
};

const ROLES: readonly { readonly role: Role; readonly name: string; readonly usualS: number }[] = [
  { role: "be", name: "BE", usualS: 600 },
  { role: "cn", name: "CN", usualS: 600 },
  { role: "fe", name: "FE", usualS: 90 },
];

function ExitRows({ form, onChange }: Props) {
  return (
    <>
      <Row
        caption="Exit limit"
        note="Counted from the signal, and ends in kill -9. A node with a limit of its own in the configuration keeps it until it is set here."
      >
        {ROLES.map(({ role, name, usualS }) => (
          <NumberField
            key={role}
            label={name}
            unit="s"
            min={LEAST_EXIT_S[role]}
            max={86_400}
            step={10}
            value={form.exitLimitS[role] ?? usualS}
            onChange={(seconds) => onChange({ exitLimitS: { ...form.exitLimitS, [role]: seconds } })}
          />
        ))}
      </Row>
      <Row
        caption="Leader's exit"
        note={
          form.leaderExit === "graceful"
            ? "With -g. Some versions hand leadership over inside it, so the leader's check then demands that no load transaction runs."
            : "Plain stop: its clients' statements are cut, and the others elect a leader."
        }
      >
        <Segmented
          label="Leader's exit"
          value={form.leaderExit}
          options={[
            { value: "graceful", label: "Graceful" },
            { value: "plain", label: "Plain" },
          ]}
          onChange={(leaderExit) => onChange({ leaderExit })}
        />
      </Row>
    </>
  );
}

function Row({
  caption,
  note = null,
  children,
}: {
  readonly caption: string;
  readonly note?: string | null;
  readonly children: ReactNode;
}) {
  return (
    <div className={css("row")}>
      <span className={css("caption")}>{caption}</span>
      <div className={css("fields")}>
        {children}
        {note === null ? null : <p className={css("rowNote")}>{note}</p>}
      </div>
    </div>
  );
}
