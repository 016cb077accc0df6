/** The run's own statements: how many failed, how many may at most, and where each failure belongs. */
import type { ProbeReport, ProbeSum } from "#lib/run/probe.ts";
import { placeKey } from "#lib/run/probe.ts";
import { count, timeOfDay } from "#components/format.ts";
import { rich } from "#components/language/rich.tsx";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { percent, placeWords, probeSentence } from "./probe.ts";
import { CopyList } from "#components/list/copy-list.tsx";
import { probeListing } from "./lists.ts";
import styles from "./probe-note.module.css";

const css = classesOf(styles);

const MOST_FAILURES = 50;

export function ProbeNote({ probe }: { readonly probe: ProbeReport | null }) {
  if (probe === null) return null;
  const { failed, failures, byDoor, byPlace, notSent, upperBound95 } = probe;
  return (
    <section className={css("note")} aria-labelledby="probe-title">
      <h2 id="probe-title">{t("Probe")}</h2>
      <p>
        <span className={css(failed === 0 ? "ok" : "danger")}>
          <Icon name={failed === 0 ? "serving" : "fail"} size={13} />
        </span>{" "}
        {probeSentence(probe)}
      </p>
      {notSent === 0 ? null : (
        <p className={css("quiet")}>
          {t("{count} not sent: their front end was being taken out.", { count: count(notSent) })}
        </p>
      )}
      <Sums title={t("By front end")} sums={byDoor} />
      {upperBound95 === null || failed === 0 ? null : (
        <Sums title={t("By node and phase")} sums={byPlace.filter((sum) => sum.failed > 0)} />
      )}
      {failures.length === 0 ? null : (
        <CopyList of={t("the failures of the probe")} listing={() => probeListing(probe)} />
      )}
      {failures.length === 0 ? null : (
        <ol className={css("failures")} aria-label={t("Statements that failed")}>
          {failures.slice(0, MOST_FAILURES).map((failure) => (
            <li key={`${failure.atMs} ${failure.door}`}>
              {rich(
                msg("{time} {place} through {door}: {error}"),
                { time: <code>{timeOfDay(failure.atMs)}</code>, place: <code>{placeWords(placeKey(failure))}</code> },
                { door: failure.door, error: failure.error },
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Sums({ title, sums }: { readonly title: string; readonly sums: readonly ProbeSum[] }) {
  if (sums.length === 0) return null;
  return (
    <dl className={css("sums")} aria-label={title}>
      {sums.map(({ key, sent, failed }) => (
        <div key={key}>
          <dt>{placeWords(key)}</dt>
          <dd className={css(failed > 0 && "danger")}>
            {t("{part} of {whole}", { part: count(failed), whole: count(sent) })}
            {sent > 0 && failed > 0 ? `, ${percent(failed / sent)}` : ""}
          </dd>
        </div>
      ))}
    </dl>
  );
}
