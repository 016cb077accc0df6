import type { SystemWords } from "#lib/cluster/words.ts";
import type { Observation } from "#lib/cluster/observation.ts";
import { age, isoTime, timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { witnessColumns, type WitnessColumn } from "./witnesses.ts";
import styles from "./witnesses-part.module.css";

const css = classesOf(styles);

const OLD_MS = 10_000;

/** Side by side, each in its own words with where and when: what agrees is seen at a glance, and so is who is silent. */
export function WitnessesPart({
  observation,
  words,
  nowMs,
}: {
  readonly observation: Observation;
  readonly words: SystemWords;
  readonly nowMs: number;
}) {
  return (
    <section className={css("part")} aria-labelledby="witnesses-title">
      <h2 id="witnesses-title">{t("Who says what")}</h2>
      <div className={css("columns")}>
        {witnessColumns(observation).map((column) => (
          <Column
            key={column.witness}
            column={column}
            // That there is none is no silence.
            isThere={!words.absent.includes(column.witness)}
            nowMs={nowMs}
          />
        ))}
      </div>
      {observation.remark === "" ? null : (
        <p className={css("remark")}>{t("Its own remark: {remark}", { remark: observation.remark })}</p>
      )}
      {observation.unanswered === undefined ? null : (
        <p className={css("remark")}>
          {t("It has not answered since {time}, {count} polls in a row.", {
            time: timeOfDay(observation.unanswered.sinceMs),
            count: observation.unanswered.polls,
          })}
        </p>
      )}
    </section>
  );
}

function Column({
  column: { title, statements },
  isThere,
  nowMs,
}: {
  readonly column: WitnessColumn;
  readonly isThere: boolean;
  readonly nowMs: number;
}) {
  return (
    <section aria-label={title} className={css("column")}>
      <h3>{title}</h3>
      {statements.length === 0 ? (
        <p className={css("silent")}>
          {isThere ? t("silent, which says nothing") : t("there is none that this console knows")}
        </p>
      ) : null}
      <ul>
        {statements.map(({ facts, said, atMs }) => (
          <li key={`${atMs} ${said}`}>
            {facts.map(({ about, says }) => (
              <p key={about} className={css("line")}>
                <span className={css("about")}>{about}</span> <strong>{says}</strong>
              </p>
            ))}
            {said === "" ? null : <p className={css("said")}>{said}</p>}
            <p className={css("age", nowMs - atMs > OLD_MS && "old")}>
              <time dateTime={isoTime(atMs)}>{timeOfDay(atMs)}</time>
              {t(", {age} ago", { age: age(nowMs - atMs) })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
