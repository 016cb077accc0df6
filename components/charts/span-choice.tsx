"use client";
/** How far back the charts look, beside their axis: written short, so that they keep clear of its "now". */
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import styles from "./span-choice.module.css";

const css = classesOf(styles);

export function SpanChoice<Span extends string>({
  options,
  chosen,
  onChoose,
}: {
  readonly options: readonly { readonly span: Span; readonly words: string }[];
  /** Null: the window was drawn by hand. */
  readonly chosen: Span | null;
  readonly onChoose: (span: Span) => void;
}) {
  return (
    <div className={css("choice")} role="group" aria-label={t("How far back the charts look")}>
      {options.map(({ span, words }) => (
        <button
          key={span}
          type="button"
          className={css("span", span === chosen && "chosen")}
          aria-pressed={span === chosen}
          aria-label={t("{span}, last {words}", { span, words })}
          onClick={() => onChoose(span)}
        >
          {span}
        </button>
      ))}
    </div>
  );
}
