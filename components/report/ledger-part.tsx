"use client";
/** What became of the work that was in flight, and what must be run again by hand. */
import { count, cutMiddle, duration, plural, timeOfDay } from "#components/format.ts";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import { CopyText } from "#components/ui/copy-text.tsx";
import { joined } from "#components/run/words.ts";
import { againText, OUTCOME_ORDER, type LedgerView, type NodeRow } from "./ledger.ts";
import { Outcome } from "./outcome-word.tsx";
import { ListHead } from "#components/list/list-head.tsx";
import { allWork, ledgerListing } from "./lists.ts";
import styles from "./ledger-part.module.css";

const css = classesOf(styles);

const COLUMNS: readonly Column<NodeRow>[] = [
  { key: "outcome", title: "Became", cell: ({ outcome }) => <Outcome outcome={outcome} /> },
  { key: "node", title: "On", cell: ({ nodeId }) => <code>{nodeId}</code> },
  { key: "user", title: "Whose", cell: ({ user }) => user ?? "unknown" },
  { key: "kind", title: "Kind", cell: ({ kind }) => kind },
  { key: "id", title: "Id", cell: ({ id }) => <code title={id}>{cutMiddle(id, 20)}</code> },
  {
    key: "what",
    title: "Work",
    cell: ({ what }) => (
      <span className={css("work")} title={what}>
        {what}
      </span>
    ),
  },
  {
    key: "ran",
    title: "Had run",
    align: "end",
    cell: ({ startedAtMs, endedAtMs }) => (
      <code>{startedAtMs === null || endedAtMs === null ? "unknown" : duration(endedAtMs - startedAtMs)}</code>
    ),
  },
  {
    key: "at",
    title: "Ended",
    cell: ({ endedAtMs }) => <code>{endedAtMs === null ? "unknown" : timeOfDay(endedAtMs)}</code>,
  },
  { key: "evidence", title: "Who says so", wrap: true, cell: ({ evidence }) => evidence },
];

const MOST_FINISHED = 200;

export function LedgerPart({ ledger }: { readonly ledger: LedgerView }) {
  const { counts, total, others, finished, open } = ledger;
  return (
    <section className={css("part")} aria-labelledby="ledger-title">
      <ListHead of="what became of the work" listing={() => ledgerListing(allWork(ledger))}>
        <h2 id="ledger-title">What became of {plural(total, "piece of work", "pieces of work")} in flight</h2>
      </ListHead>
      <p className={css("counts")}>
        {OUTCOME_ORDER.map((outcome) => (
          <span
            key={outcome}
            className={css("count", counts[outcome] === 0 && "nobody")}
            data-testid={`ledger-${outcome}`}
          >
            <strong>{count(counts[outcome])}</strong> <Outcome outcome={outcome} />
          </span>
        ))}
      </p>
      {open.length === 0 ? null : <p className={css("open")}>Not settled for {joined(open)}: nobody told yet.</p>}
      {others.length === 0 ? null : (
        <Table label="What else did not finish" columns={COLUMNS} rows={others} keyOf={keyOf} empty="Nothing." />
      )}
      {finished.length === 0 ? null : (
        <details className={css("finished")}>
          <summary>{plural(finished.length, "piece", "pieces")} finished by itself</summary>
          <Table
            label="What finished"
            columns={COLUMNS}
            rows={finished.slice(0, MOST_FINISHED)}
            keyOf={keyOf}
            empty="Nothing."
          />
          {finished.length > MOST_FINISHED ? <p>{count(finished.length - MOST_FINISHED)} more.</p> : null}
        </details>
      )}
      <Again ledger={ledger} />
    </section>
  );
}

function keyOf({ nodeId, id }: NodeRow): string {
  return `${nodeId} ${id}`;
}

/** Broker and stream loads do not come back by themselves, nor does a statement whose client gave up. */
function Again({ ledger }: { readonly ledger: LedgerView }) {
  const { again, total, finished } = ledger;
  if (again.length === 0) {
    const none = "Nothing has to be run again by hand: routine loads and connectors come back by themselves.";
    return total === finished.length ? null : <p className={css("none")}>{none}</p>;
  }
  const copyAll = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(againText(ledger));
      toast(`Copied ${plural(again.length, "statement", "statements")}.`);
    } catch {
      toast("This browser copies nothing here: select the text.", { tone: "danger" });
    }
  };
  return (
    <div className={css("again")} role="group" aria-label="To run again by hand">
      <div className={css("againHead")}>
        <h3>To run again by hand: {count(again.length)}</h3>
        <Button kind="quiet" icon="copy" onPress={() => void copyAll()}>
          Copy all
        </Button>
      </div>
      <p className={css("none")}>Routine loads and connectors come back by themselves, and are not listed.</p>
      <ul>
        {again.map(({ nodeId, row, text }) => (
          <li key={`${nodeId} ${row.id}`}>
            <span className={css("whose")}>
              {row.kind} of {row.user ?? "unknown"}, {row.outcome} on {nodeId}
            </span>
            <CopyText text={text} label={`Copy what to run again for ${row.id}`} />
          </li>
        ))}
      </ul>
    </div>
  );
}
