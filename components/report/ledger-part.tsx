"use client";
/** What became of the work that was in flight, and what must be run again by hand. */
import type { SystemWords } from "#lib/cluster/words.ts";
import { count, cutMiddle, duration, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import { CopyText } from "#components/ui/copy-text.tsx";
import { joined } from "#components/run/words.ts";
import { againText, OUTCOME_ORDER, type LedgerView, type NodeRow } from "./ledger.ts";
import { Outcome } from "./outcome-word.tsx";
import { ListHead } from "#components/list/list-head.tsx";
import { allWork, ledgerListing, ON_NODE } from "./lists.ts";
import styles from "./ledger-part.module.css";

const css = classesOf(styles);

const columns = (): readonly Column<NodeRow>[] => [
  { key: "outcome", title: t("Became"), cell: ({ outcome }) => <Outcome outcome={outcome} /> },
  { key: "node", title: t(ON_NODE), cell: ({ nodeId }) => <code>{nodeId}</code> },
  { key: "user", title: t("Whose"), cell: ({ user }) => user ?? t("unknown") },
  { key: "kind", title: t("Kind"), cell: ({ kind }) => said(kind) },
  { key: "id", title: t("Id"), cell: ({ id }) => <code title={id}>{cutMiddle(id, 20)}</code> },
  {
    key: "what",
    title: t("Work"),
    cell: ({ what }) => (
      <span className={css("work")} title={what}>
        {what}
      </span>
    ),
  },
  {
    key: "ran",
    title: t("Had run"),
    align: "end",
    cell: ({ startedAtMs, endedAtMs }) => (
      <code>{startedAtMs === null || endedAtMs === null ? t("unknown") : duration(endedAtMs - startedAtMs)}</code>
    ),
  },
  {
    key: "at",
    title: t("Ended"),
    cell: ({ endedAtMs }) => <code>{endedAtMs === null ? t("unknown") : timeOfDay(endedAtMs)}</code>,
  },
  { key: "evidence", title: t("Who says so"), wrap: true, cell: ({ evidence }) => said(evidence) },
];

const MOST_FINISHED = 200;

export function LedgerPart({ ledger, words }: { readonly ledger: LedgerView; readonly words: SystemWords }) {
  const { counts, total, others, finished, open } = ledger;
  return (
    <section className={css("part")} aria-labelledby="ledger-title">
      <ListHead of={t("what became of the work")} listing={() => ledgerListing(allWork(ledger))}>
        <h2 id="ledger-title">
          {t("What became of {count, plural, one {# piece of work} other {# pieces of work}} in flight", {
            count: total,
          })}
        </h2>
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
      {open.length === 0 ? null : (
        <p className={css("open")}>{t("Not settled for {nodes}: nobody told yet.", { nodes: joined(open) })}</p>
      )}
      {others.length === 0 ? null : (
        <Table
          label={t("What else did not finish")}
          columns={columns()}
          rows={others}
          keyOf={keyOf}
          empty={t("Nothing.")}
        />
      )}
      {finished.length === 0 ? null : (
        <details className={css("finished")}>
          <summary>
            {t("{count, plural, one {# piece finished by itself} other {# pieces finished by themselves}}", {
              count: finished.length,
            })}
          </summary>
          <Table
            label={t("What finished")}
            columns={columns()}
            rows={finished.slice(0, MOST_FINISHED)}
            keyOf={keyOf}
            empty={t("Nothing.")}
          />
          {finished.length > MOST_FINISHED ? (
            <p>{t("{count} more.", { count: count(finished.length - MOST_FINISHED) })}</p>
          ) : null}
        </details>
      )}
      <Again ledger={ledger} comesBack={words.comesBack} />
    </section>
  );
}

function keyOf({ nodeId, id }: NodeRow): string {
  return `${nodeId} ${id}`;
}

/** What does not come back by itself, and whose client gave up. */
function Again({ ledger, comesBack }: { readonly ledger: LedgerView; readonly comesBack: string | null }) {
  const { again, total, finished } = ledger;
  if (again.length === 0) {
    const none =
      comesBack === null
        ? t("Nothing that is known has to be run again by hand.")
        : t("Nothing has to be run again by hand: {work} come back by themselves.", { work: said(comesBack) });
    return total === finished.length ? null : <p className={css("none")}>{none}</p>;
  }
  const copyAll = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(againText(ledger));
      toast(t("Copied {count, plural, one {# statement} other {# statements}}.", { count: again.length }));
    } catch {
      toast(t("This browser copies nothing here: select the text."), { tone: "danger" });
    }
  };
  return (
    <div className={css("again")} role="group" aria-label={t("To run again by hand")}>
      <div className={css("againHead")}>
        <h3>{t("To run again by hand: {count}", { count: count(again.length) })}</h3>
        <Button kind="quiet" icon="copy" onPress={() => void copyAll()}>
          {t("Copy all")}
        </Button>
      </div>
      {comesBack === null ? null : (
        <p className={css("none")}>
          {t("Not listed is what comes back by itself: {work}.", { work: said(comesBack) })}
        </p>
      )}
      <ul>
        {again.map(({ nodeId, row, text }) => (
          <li key={`${nodeId} ${row.id}`}>
            <span className={css("whose")}>
              {t("{kind} of {user}, {outcome} on {node}", {
                kind: said(row.kind),
                user: row.user ?? t("unknown"),
                outcome: said(row.outcome),
                node: nodeId,
              })}
            </span>
            <CopyText text={text} label={t("Copy what to run again for {id}", { id: row.id })} />
          </li>
        ))}
      </ul>
    </div>
  );
}
