import type { PlannedStep } from "#lib/run/plan.ts";
import { t } from "#components/language/t.ts";
import { Icon } from "#components/ui/icon.tsx";
import { skippedIn, skippedWords } from "./skipped.ts";
import styles from "./skipped-list.module.css";

/** Nothing where no phase is skipped. */
export function SkippedList({ steps }: { readonly steps: readonly Pick<PlannedStep, "nodeId" | "phases">[] }) {
  const skipped = skippedIn(steps);
  if (skipped.length === 0) return null;
  return (
    <ul className={styles["list"]} aria-label={t("Skipped phases")}>
      {skipped.map((each) => {
        const words = skippedWords(each, steps.length);
        return (
          <li key={words}>
            <Icon name="minus" size={12} /> <b>{t("skipped")}</b> {words}
          </li>
        );
      })}
    </ul>
  );
}
