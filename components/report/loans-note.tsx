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
  const { owed, superseded, sentence } = summary;
  const tone = owed.length > 0 ? "danger" : superseded.length > 0 ? "attn" : "ok";
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
        {[...owed, ...superseded].map(({ loan, state }) => (
          <li key={loan.id}>
            {state.at === "superseded"
              ? t("{loan}: found {found}", { loan: said(loan.what), found: state.found })
              : t("{loan}: still owed", { loan: said(loan.what) })}
          </li>
        ))}
      </ul>
    </section>
  );
}
