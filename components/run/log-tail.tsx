"use client";
import { useConnection, useLog } from "#components/data/live-provider.tsx";
import { timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Follow } from "./follow.tsx";
import { foldedLog } from "./log.ts";
import styles from "./log-tail.module.css";

const css = classesOf(styles);

/** The node's own log as it is written; lines that repeat stand once, with how often. */
export function LogTail({ clusterId, nodeId }: { readonly clusterId: string; readonly nodeId: string }) {
  const log = useLog(clusterId, nodeId);
  const isFollowed = useConnection(clusterId).console === "open" && log !== null;
  const lines = foldedLog(log?.lines ?? []).slice(-40);
  // A log that does not tell its zone has its time in the line alone.
  const hasTimes = lines.some(({ atMs }) => atMs !== null);
  const title = t("Log of {node}", { node: nodeId });
  return (
    <section className={css("log")} aria-label={title}>
      <div className={css("head")}>
        <h2>{log === null || log.file === "" ? title : baseOf(log.file)}</h2>
        <span>
          {isFollowed ? (
            <>
              <span className={css("live")}>
                <Icon name="live" size={12} />
              </span>{" "}
              {t("following, repeats folded")}
            </>
          ) : (
            t("not followed now, repeats folded")
          )}
        </span>
      </div>
      <div className={css("inset")}>
        <Follow label={t("Lines of the log of {node}", { node: nodeId })} heightPx={150}>
          {lines.length === 0 ? (
            <p className={css("none")}>{log === null ? t("reading") : t("It has said nothing yet.")}</p>
          ) : null}
          <ol>
            {lines.map(({ atMs, text, times }, index) => (
              <li key={`${atMs ?? ""}${index}`} className={css(!hasTimes && "untimed")}>
                {hasTimes ? <span className={css("time")}>{atMs === null ? "" : timeOfDay(atMs)}</span> : null}
                <span>
                  {text}
                  {times > 1 ? <span className={css("times")}> x{times}</span> : null}
                </span>
              </li>
            ))}
          </ol>
        </Follow>
      </div>
    </section>
  );
}

/** "be.INFO": which folder it is in, the configuration tells. */
function baseOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
