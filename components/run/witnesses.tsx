import type { Observation, ProcessState } from "#lib/cluster/observation.ts";
import type { Step } from "#lib/run/state.ts";
import { age } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import { Badge } from "#components/ui/badge.tsx";
import { classesOf } from "#components/ui/css.ts";
import { testimoniesOf } from "./witnesses.ts";
import { WITNESS_WORDS } from "./words.ts";
import styles from "./witnesses.module.css";

const css = classesOf(styles);

const STATE_WORDS: Readonly<Record<ProcessState | "silent", string>> = {
  up: msg("up"),
  exiting: msg("exiting"),
  gone: msg("gone"),
  silent: msg("silent"),
};

export function Witnesses({
  step,
  observation,
  nowMs,
}: {
  readonly step: Step;
  readonly observation: Observation | null;
  readonly nowMs: number;
}) {
  const testimonies = testimoniesOf(step, observation, nowMs);
  if (testimonies.length === 0) return null;
  return (
    <ul className={css("list")} aria-label={t("Who says what of its process")}>
      {testimonies.map(({ witness, says, said, ageMs }) => (
        <li key={witness} className={css("line")}>
          <Badge>{t(WITNESS_WORDS[witness])}</Badge>{" "}
          <strong className={css(says === null && "silent")}>{t(STATE_WORDS[says ?? "silent"])}</strong>{" "}
          <span className={css("said")}>{said}</span>
          {ageMs === null ? null : <span className={css("age")}>{t("{duration} ago", { duration: age(ageMs) })}</span>}
        </li>
      ))}
    </ul>
  );
}
