/** How the nodes left, and the cause and remedy for what people ask afterwards. */
import { duration, limit } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import type { Answered, ExitRow } from "./exits.ts";
import { ListHead } from "#components/list/list-head.tsx";
import { exitListing } from "./lists.ts";
import styles from "./exits-part.module.css";

const css = classesOf(styles);

const columns = (): readonly Column<ExitRow>[] => [
  { key: "node", title: t("Node"), cell: ({ nodeId }) => <code>{nodeId}</code> },
  {
    key: "how",
    title: t("Left"),
    cell: ({ forced }) => (
      <span className={css(forced ? "danger" : "ok")}>
        <Icon name={forced ? "force" : "serving"} size={12} /> {t(forced ? "not by itself" : "by itself")}
      </span>
    ),
  },
  {
    key: "took",
    title: t("Took"),
    align: "end",
    cell: ({ tookMs }) => <code>{tookMs === null ? t("unknown") : duration(tookMs)}</code>,
  },
  {
    key: "limit",
    title: t("Limit"),
    align: "end",
    cell: ({ limitMs }) => <code>{limitMs === null ? t("none") : limit(limitMs)}</code>,
  },
  { key: "told", title: t("What script and log told"), wrap: true, cell: ({ told }) => said(told) },
];

export function ExitsPart({
  rows,
  questions,
}: {
  readonly rows: readonly ExitRow[];
  readonly questions: readonly Answered[];
}) {
  if (rows.length === 0) return null;
  return (
    <section className={css("part")} aria-labelledby="exits-title">
      <ListHead of={t("how each node left")} listing={() => exitListing(rows)}>
        <h2 id="exits-title">{t("How each node left")}</h2>
      </ListHead>
      <Table
        label={t("How each node left")}
        columns={columns()}
        rows={rows}
        keyOf={({ nodeId }) => nodeId}
        empty={t("Nobody left.")}
      />
      {questions.map(({ question, happened, cause, remedy }) => (
        <div key={question} className={css("question")}>
          <h3>
            <span className={css(happened ? "attn" : "ok")}>
              <Icon name={happened ? "warn" : "serving"} size={13} />
            </span>{" "}
            {happened ? t("{question}: yes", { question }) : t("{question}: no", { question })}
          </h3>
          <p>{cause}</p>
          {remedy === "" ? null : (
            <p>
              <strong>{t("Remedy:")}</strong> {remedy}
            </p>
          )}
        </div>
      ))}
    </section>
  );
}
