import type { LoanState } from "#lib/run/loan.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import type { LoanSummary } from "./report.ts";
import styles from "./loans-note.module.css";

const css = classesOf(styles);

/** What was borrowed from the cluster, and that it was given back. */
export function LoansNote({ summary }: { readonly summary: LoanSummary | null }) {
  if (summary === null) return null;
  const { owed, superseded, left, sentence } = summary;
  const tone = owed.length > 0 ? "danger" : superseded.length + left.length > 0 ? "attn" : "ok";
  return (
    <section className={css("loans")} aria-labelledby="loans-title">
      <h2 id="loans-title">{t("Borrowed from the cluster")}</h2>
      <p className={css("sentence")}>
        <span className={css(tone)}>
          <Icon name={tone === "ok" ? "serving" : "warn"} size={13} />
        </span>{" "}
        {sentence}
      </p>
      <ul>
        {[...owed, ...superseded, ...left].map(({ loan, state }) => (
          <li key={loan.id}>{fateOf(loan.what, state)}</li>
        ))}
      </ul>
    </section>
  );
}

function fateOf(what: string, state: LoanState): string {
  const loan = said(what);
  if (state.at === "superseded") return t("{loan}: found {found}", { loan, found: state.found });
  return state.at === "left"
    ? t("{loan}: left behind, {why}", { loan, why: said(state.why) })
    : t("{loan}: still owed", { loan });
}
