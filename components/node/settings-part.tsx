"use client";
import { useQuery } from "@tanstack/react-query";
import type { NodeId } from "#lib/cluster/node.ts";
import { nodeSettingsQuery } from "#components/data/queries.ts";
import { age, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings-part.module.css";

const css = classesOf(styles);

/** By what it would leave, as it stands now: the name, the value, and what that means in seconds. */
export function SettingsPart({
  clusterId,
  nodeId,
  nowMs,
}: {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly nowMs: number;
}) {
  const { data, error } = useQuery(nodeSettingsQuery(clusterId, nodeId));
  return (
    <section className={css("part")} aria-labelledby="settings-title">
      <div className={css("head")}>
        <h2 id="settings-title">{t("Settings that decide its exit")}</h2>
        {data === undefined ? null : (
          <span className={css(data.problem !== null && "old")}>
            {data.problem === null
              ? t("read {time}", { time: timeOfDay(data.readAtMs) })
              : t("asked {time}", { time: timeOfDay(data.readAtMs) })}
            {nowMs - data.readAtMs > OLD_MS ? t(", {age} ago", { age: age(nowMs - data.readAtMs) }) : ""}
          </span>
        )}
      </div>
      {data === undefined ? <p className={css("none")}>{error === null ? t("reading") : said(error.message)}</p> : null}
      {data?.problem === null || data === undefined ? null : (
        <p className={css("problem")}>{t("It could not be asked: {problem}", { problem: said(data.problem) })}</p>
      )}
      {data?.problem === null && data.items.length === 0 ? (
        <p className={css("none")}>{t("Its system tells no settings.")}</p>
      ) : null}
      <dl className={css("list")}>
        {data?.items.map(({ name, value, means, source }) => (
          <div key={name} title={source}>
            <dt>{name}</dt>
            <dd className={css("value", value === null && "unset")}>{value ?? t("none")}</dd>
            <dd className={css("means")}>{said(means)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const OLD_MS = 30_000;
