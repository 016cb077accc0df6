"use client";
import type { Check } from "#lib/run/check.ts";
import { timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { CHECK_ICONS, CHECK_WORDS, CheckList } from "./check-list.tsx";
import { countsOf, type CheckWord } from "./checks.ts";
import type { Drafting } from "./use-draft.ts";
import styles from "./preflight-part.module.css";

const css = classesOf(styles);

const WORDS: readonly CheckWord[] = ["fail", "warn", "pass"];

/** Every check before the start, with what was seen. */
export function PreflightPart({
  checks,
  checkedAtMs,
  drafting,
  reasons,
  onReason,
}: {
  readonly checks: readonly Check[];
  readonly checkedAtMs: number | null;
  readonly drafting: Drafting;
  readonly reasons: Readonly<Record<string, string>>;
  readonly onReason: (key: string, reason: string | null) => void;
}) {
  const counts = countsOf(checks);
  return (
    <section
      className={css("part", drafting.outdated && "outdated")}
      aria-label={t("Pre-flight")}
      aria-busy={drafting.outdated}
    >
      <div className={css("head")}>
        <h2>{t("Pre-flight")}</h2>
        {WORDS.filter((word) => counts[word] > 0).map((word) => (
          <span key={word} className={css("count", word)}>
            <Icon name={CHECK_ICONS[word]} />
            {counts[word]} {t(CHECK_WORDS[word])}
          </span>
        ))}
        <span className={css("time")}>{checkedAtMs === null ? "" : timeOfDay(checkedAtMs)}</span>
        <Button kind="quiet" icon="restart" label={t("Check again")} pending={drafting.asking} onPress={drafting.again}>
          {null}
        </Button>
      </div>
      {drafting.draft === null ? (
        <p className={css("none")}>
          {drafting.asking
            ? t("Asking the cluster and its hosts.")
            : t("Checks are asked once there is a plan to check.")}
        </p>
      ) : null}
      <CheckList checks={checks} reasons={reasons} onReason={onReason} />
    </section>
  );
}
