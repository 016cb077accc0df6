"use client";
/** Every act there is on this node, with the reason where it is not allowed now: nothing is hidden, and nothing guessed. */
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { ActButton } from "./act-button.tsx";
import type { ActView } from "./acts.ts";
import type { Acting } from "./use-acting.ts";
import styles from "./all-acts.module.css";

const css = classesOf(styles);

export function AllActs({ acts, acting }: { readonly acts: readonly ActView[]; readonly acting: Acting }) {
  const open = acts.filter((act) => acting.lockOf(act) === null).length;
  return (
    <details className={css("all")}>
      <summary>
        {t("All acts")} <HiddenText>{t(", {open} of {total} allowed now", { open, total: acts.length })}</HiddenText>
      </summary>
      <ul className={css("list")}>
        {acts.map((act) => (
          <li key={act.key} className={css("line", act.deskOnly && "deskOnly")}>
            <ActButton act={act} acting={acting} />
            <span>{acting.lockOf(act) ?? t("Allowed now.")}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
