import type { LedgerRow } from "#lib/run/ledger.ts";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import styles from "./outcome-word.module.css";

const css = classesOf(styles);

const OUTCOMES: Readonly<
  Record<LedgerRow["outcome"], { readonly icon: IconName; readonly tone: string; readonly words: string }>
> = {
  finished: { icon: "serving", tone: "ok", words: msg("finished") },
  retried: { icon: "restart", tone: "ok", words: msg("begun anew, ended well") },
  cut: { icon: "fail", tone: "danger", words: msg("cut") },
  refused: { icon: "warn", tone: "attn", words: msg("refused") },
  unknown: { icon: "unknown", tone: "attn", words: msg("not known") },
};

export function Outcome({ outcome }: { readonly outcome: LedgerRow["outcome"] }) {
  const { icon, tone, words } = OUTCOMES[outcome];
  return (
    <span className={css("outcome", tone)}>
      <Icon name={icon} size={12} /> {t(words)}
    </span>
  );
}
