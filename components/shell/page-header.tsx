/** Title row with its facts and acts, and under it the verdict: the same place on every screen. */
import type { ReactNode } from "react";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import styles from "./page-header.module.css";

const css = classesOf(styles);

export function PageHeader({
  title,
  beside = null,
  facts = null,
  actions = null,
}: {
  readonly title: ReactNode;
  /** On the title's baseline: versions, counts. */
  readonly beside?: ReactNode;
  /** `Fact`s, at the right. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className={css("header")}>
      <div className={css("titles")}>
        <h1 className={css("title")}>{title}</h1>
        {beside === null ? null : <div className={css("beside")}>{beside}</div>}
      </div>
      {facts === null ? null : <dl className={css("facts")}>{facts}</dl>}
      {actions === null ? null : (
        <div className={css("actions")} data-print="off">
          {actions}
        </div>
      )}
    </div>
  );
}

/** Caption over value; the note is quieter: "of 184,220". */
export function Fact({
  caption,
  note = null,
  beside = null,
  children,
}: {
  readonly caption: string;
  readonly note?: ReactNode;
  /** A picture of the same. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={css("fact", beside !== null && "pictured")}>
      <dt>{caption}</dt>
      <dd>
        <span className={css("value")}>{children}</span>
        {note === null ? null : <span className={css("note")}> {note}</span>}
      </dd>
      {beside === null ? null : <dd className={css("picture")}>{beside}</dd>}
    </div>
  );
}

export type VerdictTone = "ok" | "water" | "attn" | "danger" | "refit";

/** Icon, bold verdict, reason, next decision. It must make sense read alone. */
export function VerdictRow({
  icon,
  tone,
  verdict,
  reason,
  next = null,
  aside = null,
}: {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: ReactNode;
  readonly next?: ReactNode;
  readonly aside?: ReactNode;
}) {
  return (
    <section className={css("verdictRow")} aria-label={t("Verdict")} data-testid="verdict">
      <span className={css("verdictIcon", tone)}>
        <Icon name={icon} size={16} />
      </span>
      <p className={css("verdict")}>
        <strong>{verdict}</strong> <span className={css("reason")}>{reason}</span>{" "}
        {next === null ? null : <span className={css("next")}>{next}</span>}
      </p>
      {aside}
    </section>
  );
}
