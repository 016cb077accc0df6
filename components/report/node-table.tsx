"use client";
import { count, duration } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { ScrollBox } from "#components/ui/scroll-box.tsx";
import { Icon } from "#components/ui/icon.tsx";
import type { ReportRow } from "./report.ts";
import styles from "./node-table.module.css";

const css = classesOf(styles);

const COLUMNS = [
  { key: "gate", title: msg("Gate waited") },
  { key: "drain", title: msg("Drain") },
  { key: "exit", title: msg("Exit") },
  { key: "confirm", title: msg("Confirm") },
  { key: "upgrade", title: msg("Upgrade") },
  { key: "restart", title: msg("Restart") },
  { key: "verify", title: msg("Verify") },
] as const;

export function NodeTable({
  rows,
  shown,
  onShow,
}: {
  readonly rows: readonly ReportRow[];
  readonly shown: string | null;
  readonly onShow: (nodeId: string) => void;
}) {
  const longestMs = Math.max(
    1,
    ...rows.map(({ againstLimit }) => Math.max(againstLimit?.limitMs ?? 0, againstLimit?.tookMs ?? 0)),
  );
  return (
    <ScrollBox label={t("Where the time went, per node")} className={css("scroll")}>
      <table className={css("table")} aria-label={t("Where the time went, per node")}>
        <thead>
          <tr>
            <th scope="col">{t("Node")}</th>
            <th scope="col" className={css("end")}>
              {t("Gate waited")}
            </th>
            <th scope="col" className={css("end")}>
              {t("Drain")}
            </th>
            <th scope="col">{t("Against its limit")}</th>
            <th scope="col" className={css("end")}>
              {t("In flight at start")}
            </th>
            <th scope="col" className={css("end")}>
              {t("Cut")}
            </th>
            {COLUMNS.slice(2).map(({ key, title }) => (
              <th key={key} scope="col" className={css("end")}>
                {t(title)}
              </th>
            ))}
            <th scope="col" className={css("end")}>
              {t("Total")}
            </th>
            <th scope="col">
              <HiddenText>{t("Remark")}</HiddenText>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.nodeId} className={css(row.cut > 0 && "bad", row.nodeId === shown && "shown")}>
              <th scope="row">
                <button type="button" aria-expanded={row.nodeId === shown} onClick={() => onShow(row.nodeId)}>
                  {row.nodeId}
                </button>
              </th>
              <Time ms={row.took.gate} why={row.skipped.gate} />
              <Time ms={row.took.drain} why={row.skipped.drain} bright />
              <td>
                <AgainstLimit row={row} longestMs={longestMs} />
              </td>
              <td className={css("end", "bright")}>{row.startCount === null ? "–" : count(row.startCount)}</td>
              <td className={css("end", row.cut > 0 && "cut")}>
                {row.cut > 0 ? <Icon name="fail" size={12} label={t("cut")} /> : null} {row.cut}
              </td>
              <Time ms={row.took.exit} why={row.skipped.exit} />
              <Time ms={row.took.confirm} why={row.skipped.confirm} />
              <Time ms={row.took.upgrade} why={row.skipped.upgrade} />
              <Time ms={row.took.restart} why={row.skipped.restart} />
              <Time ms={row.took.verify} why={row.skipped.verify} />
              <Time ms={row.totalMs ?? undefined} bright />
              <td className={css("remark")}>{row.remark}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** A dash for what was not reached, and a word for what was skipped: neither took no time. */
function Time({
  ms,
  why,
  bright = false,
}: {
  readonly ms: number | undefined;
  readonly why?: string | undefined;
  readonly bright?: boolean;
}) {
  if (ms !== undefined) return <td className={css("end", bright && "bright")}>{duration(ms)}</td>;
  if (why === undefined) return <td className={css("end", bright && "bright")}>–</td>;
  return (
    <td className={css("end", "none")} title={said(why)}>
      {t("skipped")}
    </td>
  );
}

const BAR_PX = 104;

function AgainstLimit({ row, longestMs }: { readonly row: ReportRow; readonly longestMs: number }) {
  const { againstLimit } = row;
  if (againstLimit === null)
    return <span className={css("none")}>{row.skipped.drain === undefined ? t("no limit") : ""}</span>;
  const { tookMs, limitMs } = againstLimit;
  const x = (ms: number): number => (ms / longestMs) * (BAR_PX - 2);
  return (
    <svg
      width={BAR_PX}
      height="14"
      role="img"
      aria-label={t("{took} of its limit of {limit}", { took: duration(tookMs), limit: duration(limitMs) })}
      className={css("bar")}
    >
      <rect x="0" y="3" width={Math.max(1, x(tookMs))} height="8" />
      <path d={`M${x(limitMs)} 2v10`} />
    </svg>
  );
}
