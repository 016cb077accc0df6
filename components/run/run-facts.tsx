import type { Forecast } from "#lib/forecast/forecast.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run } from "#lib/run/state.ts";
import { counts, elapsedMs } from "#lib/run/progress.ts";
import { failedTitle, failedValue } from "#components/charts/failed.ts";
import { failedTotal, type LaneSeries } from "#components/charts/lanes.ts";
import { doneAtWords } from "#components/forecast/words.ts";
import { duration } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { Fact } from "#components/shell/page-header.tsx";
import { classesOf } from "#components/ui/css.ts";
import { GaugeStrip } from "./gauge-strip.tsx";
import type { Gauge } from "./gauges.ts";
import styles from "./run-facts.module.css";

const css = classesOf(styles);

export function RunFacts({
  run,
  words,
  gauges,
  series,
  forecast = null,
  nowMs,
}: {
  readonly run: Run;
  readonly words: SystemWords;
  readonly gauges: ReadonlyMap<NodeId, Gauge> | null;
  readonly series: LaneSeries;
  /** Null where none is made: of a run that is over, or that waits for a person. */
  readonly forecast?: Forecast | null;
  readonly nowMs: number;
}) {
  const { ended, total } = counts(run);
  const sum = failedTotal(series, run.startedAtMs, nowMs);
  const failed = failedValue(sum, words);
  return (
    <>
      <Fact caption={t("Nodes done")} beside={<GaugeStrip run={run} gauges={gauges} />}>
        {t("{ended} of {total}", { ended, total })}
      </Fact>
      <Fact caption={t("Elapsed")}>{duration(elapsedMs(run, nowMs))}</Fact>
      {forecast === null ? null : <DoneAt forecast={forecast} />}
      <Fact caption={failedTitle(words)} note={failed.note}>
        {(sum.failed ?? 0) > 0 ? <span className={css("failed")}>{failed.value}</span> : failed.value}
      </Fact>
    </>
  );
}

function DoneAt({ forecast }: { readonly forecast: Forecast }) {
  const { about, range } = doneAtWords(forecast);
  return (
    <Fact caption={t("Done at")} note={range}>
      {about}
    </Fact>
  );
}
