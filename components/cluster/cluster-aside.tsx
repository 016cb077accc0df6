"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { newerThan } from "#components/data/next-run.ts";
import { versionsQuery } from "#components/data/queries.ts";
import { isoTime, shortWhen } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import type { GaugeState } from "#components/gauge/level.ts";
import { msg, t } from "#components/language/t.ts";
import { pathOf } from "#components/shell/place.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { DrainSketch } from "./drain-sketch.tsx";
import { versionsNow, type RoleGroup } from "./node-rows.ts";
import { recentOf } from "./recent.ts";
import styles from "./cluster-aside.module.css";

const css = classesOf(styles);

export function ClusterAside({
  cluster,
  groups,
  run,
  nowMs,
}: {
  readonly cluster: ClusterView;
  readonly groups: readonly RoleGroup[];
  readonly run: Run | null;
  readonly nowMs: number;
}) {
  const recent = recentOf(cluster, run);
  return (
    <aside className={css("aside")} aria-label={t("Beside the nodes")}>
      <Upgrades cluster={cluster} groups={groups} />
      {run === null ? null : <DrainSketch run={run} nowMs={nowMs} />}
      <section className={css("part")} aria-label={t("Recent")}>
        <h2>{t("Recent")}</h2>
        {recent.length === 0 ? <p className={css("soft")}>{t("Nothing has been done here yet.")}</p> : null}
        <ul className={css("recent")}>
          {recent.map((each) => (
            <li key={each.key}>
              <time dateTime={isoTime(each.atMs)}>{shortWhen(each.atMs, nowMs)}</time>
              <span className={css(each.tone)}>
                <Icon name={each.icon} />
              </span>
              <span>{each.text}</span>
            </li>
          ))}
        </ul>
      </section>
      <Legend most={Math.max(...groups.map((group) => group.peak), 10)} />
    </aside>
  );
}

function Upgrades({ cluster, groups }: { readonly cluster: ClusterView; readonly groups: readonly RoleGroup[] }) {
  const versions = useQuery(versionsQuery(cluster.id));
  const running = versionsNow(groups);
  const oldest = running.toSorted((a, b) => compareVersions(a, b) ?? 0)[0] ?? null;
  const newer = newerThan(versions.data ?? [], oldest);
  const total = Object.keys(cluster.nodes).length;
  if (oldest === null || newer === null) {
    return (
      <section className={css("part")} aria-label={t("Upgrades")}>
        <p className={css("caption")}>{t("Upgrade to plan")}</p>
        <p className={css("soft")}>
          {versions.error === null
            ? versions.isPending
              ? t("reading which versions can be installed")
              : t("No newer version is there to be installed.")
            : said(versions.error.message)}
        </p>
      </section>
    );
  }
  const open = groups
    .flatMap((group) => group.rows)
    .filter((row) => !isVersion(row.version ?? "", newer.version)).length;
  return (
    <section className={css("part")} aria-label={t("Upgrades")}>
      <p className={css("caption")}>{t("Upgrade available to plan")}</p>
      <p className={css("versions")}>
        {oldest} <span className={css("arrow")}>→</span> {newer.version}
      </p>
      <p className={css("soft")}>
        {sentences([
          t("{count, plural, one {# node} other {# nodes}}, one at a time.", { count: open }),
          t("It is there for {count} of {total}.", { count: newer.on.length, total }),
        ])}
      </p>
      <p>
        <Link href={`${pathOf(cluster.id, "plan")}?version=${encodeURIComponent(newer.version)}`}>
          {t("Plan this upgrade")}
        </Link>
      </p>
    </section>
  );
}

const LEGEND: readonly {
  readonly state: GaugeState;
  readonly word: string;
  readonly count: number;
  readonly start: number | null;
}[] = [
  { state: "serving", word: msg("serving"), count: 260, start: null },
  { state: "draining", word: msg("draining"), count: 10, start: 240 },
  { state: "exiting", word: msg("exiting"), count: 3, start: 240 },
  { state: "refit", word: msg("refit"), count: 0, start: null },
  { state: "refill", word: msg("refill"), count: 30, start: null },
];

function Legend({ most }: { readonly most: number }) {
  return (
    <section className={css("part")} aria-label={t("The level gauge")}>
      <h2>
        {t("The level gauge")} <span>{t("log scale, 0 to {most}", { most })}</span>
      </h2>
      <ul className={css("legend")}>
        {LEGEND.map((each) => (
          <li key={each.state}>
            <LevelGauge
              size="m"
              state={each.state}
              count={each.count}
              peak={400}
              startCount={each.start}
              label={null}
            />
            {t(each.word)}
          </li>
        ))}
      </ul>
    </section>
  );
}
