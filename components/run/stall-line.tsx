/** "Waiting: ...": one line under the verdict, where the state is told. Nothing is said while the run moves. */
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { stallOf, stallWords } from "./stall-words.ts";
import styles from "./stall-line.module.css";

const css = classesOf(styles);

export function StallLine({
  run,
  cluster,
  nowMs,
}: {
  readonly run: Run;
  readonly cluster: ClusterView | null;
  readonly nowMs: number;
}) {
  const stall = cluster === null ? null : stallOf(run, cluster, nowMs);
  if (stall === null) return null;
  const { what, live, who, act, rule } = stallWords(run, stall, nowMs);
  return (
    <p className={css("line")} data-testid="stall" data-stall={stall.is}>
      <strong>{t("Waiting:")}</strong> {live === null ? t("{what}.", { what }) : t("{what} ({live}).", { what, live })}{" "}
      <span className={css("who")}>{who}</span>
      {act === null ? null : (
        <span className={css("who")}>
          {" "}
          <b>{act}</b> {t("does it.")}
        </span>
      )}
      {rule === null ? null : <span className={css("rule")}> {rule}</span>}
    </p>
  );
}
