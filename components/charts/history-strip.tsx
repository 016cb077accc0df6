"use client";
/** Weeks on one line: a mark for each thing that was done, labelled where there is room; the list says all of them. */
import Link from "next/link";
import { day } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { placedLabels, type StripMark } from "./history-strip.ts";
import { useWidth } from "./use-width.ts";
import styles from "./history-strip.module.css";

const css = classesOf(styles);

export function HistoryStrip({
  marks,
  fromMs,
  toMs,
  empty,
}: {
  /** Oldest first. */
  readonly marks: readonly StripMark[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly empty: string;
}) {
  const [ref, widthPx] = useWidth();
  const placed = placedLabels(marks, fromMs, toMs, widthPx);
  return (
    <div ref={ref} className={css("strip")}>
      <span className={css("rule")} aria-hidden />
      {marks.length === 0 ? <p className={css("empty")}>{empty}</p> : null}
      <ul>
        {placed.map(({ mark, x, labelX, shown }) => (
          <li key={mark.key}>
            <span className={css("mark", mark.tone)} style={{ left: x }} aria-hidden title={mark.text} />
            <span className={css("label", mark.tone, !shown && "hidden")} style={shown ? { left: labelX } : undefined}>
              {mark.href === null ? mark.text : <Link href={mark.href}>{mark.text}</Link>}
            </span>
          </li>
        ))}
      </ul>
      <span className={css("ends")} aria-hidden>
        <span>{placed.some(({ shown, labelX }) => shown && labelX < 60) ? "" : day(fromMs)}</span>
        <span className={css("nowLabel")}>{t("now")}</span>
      </span>
    </div>
  );
}
