"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef, type KeyboardEvent } from "react";
import { isVersion } from "#lib/cluster/version.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import type { Run } from "#lib/run/state.ts";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import type { SeriesPoint } from "#lib/wire/views.ts";
import { Sparkline } from "#components/charts/sparkline.tsx";
import { count, duration, perSecond, rateTitle, releaseOf } from "#components/format.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { msg, t } from "#components/language/t.ts";
import { CopyList } from "#components/list/copy-list.tsx";
import { listingOf, type ListColumn } from "#components/list/listing.ts";
import { nodePath } from "#components/shell/place.ts";
import { useCarriedRange } from "#components/shell/use-chart-range.ts";
import { useIsNarrow } from "#components/shell/use-is-phone.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { StatusWord } from "#components/ui/status-word.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { isInHand, StepCells } from "./step-cells.tsx";
import { nodeRow, spokenGauge, type NodeRow, type RoleGroup } from "./node-rows.ts";
import { ShareBar } from "./share-bar.tsx";
import styles from "./node-table.module.css";

const css = classesOf(styles);

/** Compaction and clone need room; StarRocks stops writing long before a disk is full. */
const DISK_WARN_PERCENT = 85;
const NO_POINTS: readonly SeriesPoint[] = [];

export type NodeTableProps = {
  readonly clusterId: string;
  readonly words: SystemWords;
  readonly groups: readonly RoleGroup[];
  readonly run: Run | null;
  readonly series: SeriesPoints | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** Why no node can be drained by hand now. */
  readonly locked: string | null;
  readonly nowMs: number;
  readonly selected: NodeId | null;
  readonly onSelect: (id: NodeId) => void;
  readonly onByHand: (id: NodeId) => void;
};

export function NodeTable(props: NodeTableProps) {
  const { groups, selected, onSelect } = props;
  const body = useRef<HTMLTableElement>(null);
  const ids = groups.flatMap((group) => group.rows).map((row) => row.id);
  const move = (by: 1 | -1): void => {
    const at = selected === null ? -1 : ids.indexOf(selected);
    const next = ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
    if (next === undefined) return;
    onSelect(next);
    body.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
  };
  useShortcuts([
    { keys: "j", label: t("Next node"), act: () => move(1) },
    { keys: "k", label: t("Previous node"), act: () => move(-1) },
  ]);
  return (
    <div className={css("scroll")}>
      <table className={css("table")} ref={body} aria-label={t("Nodes")}>
        <thead>
          <tr>
            <th scope="col">
              <HiddenText>{t("Level")}</HiddenText>
            </th>
            <th scope="col" className={css("end")}>
              {t("In flight")}
            </th>
            <th scope="col">{t("Node")}</th>
            <th scope="col" className={css("wide")}>
              {t("Host:port")}
            </th>
            <th scope="col">{t("Status")}</th>
            <th scope="col" className={css("wide")}>
              {t("Version")}
            </th>
            <th scope="col" className={css("wide")}>
              {t("{rate}, 15 min", { rate: perSecond(props.words.work) })}
            </th>
            <th scope="col" className={css("wide")}>
              {t("Memory")}
            </th>
            <th scope="col" className={css("wide")}>
              {t("Disk")}
            </th>
            <th scope="col" className={css("end", "wide")}>
              {t("Up")}
            </th>
            <th scope="col">
              <HiddenText>{t("Acts")}</HiddenText>
            </th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.role}>
            <tr className={css("group")}>
              <th scope="rowgroup" colSpan={11}>
                <strong>{group.role === "server" ? "" : group.role.toUpperCase()}</strong> {group.title}{" "}
                <span>{t("{serving} of {total} serving", { serving: group.serving, total: group.rows.length })}</span>
              </th>
            </tr>
            {group.rows.map((row) => (
              <Row key={row.id} row={row} group={group} {...props} />
            ))}
          </tbody>
        ))}
      </table>
      <p className={css("copy")}>
        <CopyList
          of={t("these nodes")}
          listing={() =>
            listingOf(
              columnsOf(props.words),
              // Made anew: what stands on the screen is in the reader's words.
              groups.flatMap(({ rows }) => rows).map(({ view }) => nodeRow(view, props.run, props.nowMs)),
            )
          }
        />
      </p>
    </div>
  );
}

const columnsOf = ({ work }: SystemWords): readonly ListColumn<NodeRow>[] => [
  { key: "node", title: msg("Node"), value: ({ id }) => id },
  { key: "role", title: msg("Role"), value: ({ node }) => node.role },
  { key: "pool", title: msg("Pool"), value: ({ node }) => node.pool },
  { key: "address", title: msg("Host:port"), value: ({ node }) => node.address },
  { key: "status", title: msg("Status"), value: ({ word }) => word.text },
  { key: "version", title: msg("Version"), value: ({ version }) => version },
  { key: "inFlight", title: msg("In flight"), value: ({ count }) => count },
  {
    key: "requestsPerS",
    title: rateTitle(work),
    shownTitle: () => perSecond(work),
    value: ({ view }) => view.rates.requestsPerS,
  },
  { key: "memoryPct", title: msg("Memory, %"), value: ({ view }) => view.observation.memoryPct },
  { key: "diskPct", title: msg("Fullest disk, %"), value: ({ view }) => view.observation.diskPct },
];

function Row({ row, group, ...props }: NodeTableProps & { readonly row: NodeRow; readonly group: RoleGroup }) {
  const { run, nowMs, selected, onSelect } = props;
  const { observation } = row.view;
  const inHand = isInHand(row, run);
  const isNarrow = useIsNarrow();
  const router = useRouter();
  const carried = useCarriedRange();
  const start = row.step?.drain?.startCount ?? null;
  const pressed = (event: KeyboardEvent<HTMLTableRowElement>): void => {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    router.push(carried(nodePath(props.clusterId, row.id)));
  };
  const line = (
    <tr
      id={row.id}
      data-node={row.id}
      tabIndex={row.id === selected ? 0 : -1}
      aria-current={row.id === selected ? "true" : undefined}
      className={css("row", row.id === selected && "selected", inHand && "inHand", row.status.stale && "stale")}
      onFocus={() => onSelect(row.id)}
      onKeyDown={pressed}
    >
      <td className={css("gauge")}>
        <LevelGauge
          size="m"
          state={row.gauge}
          count={row.count}
          peak={group.peak}
          startCount={start}
          onTarget={isOnTarget(row, run)}
          label={spokenGauge(row)}
        />
      </td>
      <td className={css("end", "mono")}>
        {row.count === null ? (
          <span className={css("quiet")}>{row.status.status === "gone" ? "" : t("not known")}</span>
        ) : (
          <span className={css(inHand && "water")}>{count(row.count)}</span>
        )}
        {hasLeft(row.gauge) && start !== null && row.count !== null ? (
          <span className={css("quiet")}>{t(" of {start}", { start: count(start) })}</span>
        ) : null}
      </td>
      <td className={css("mono")}>
        <Link href={carried(nodePath(props.clusterId, row.id))} className={css("name")} prefetch={false}>
          {row.id}
        </Link>
        {row.node.leadership === null ? null : (
          <span className={css("role", row.node.leadership === "leader" && "leader")}> {row.node.leadership}</span>
        )}
      </td>
      <td className={css("mono", "quiet", "wide")}>{row.node.address}</td>
      <StatusCell row={row} />
      <td className={css("mono", "soft", "wide")}>
        <span title={row.version ?? ""}>{row.version === null ? t("not known") : releaseOf(row.version)}</span>
      </td>
      {inHand && run !== null ? (
        isNarrow ? (
          <td aria-hidden />
        ) : (
          <StepCells row={row} run={run} nowMs={nowMs} columns={5} />
        )
      ) : (
        <>
          <td className={css("wide")}>
            <span className={css("flow")}>
              <Sparkline
                points={props.series?.[`node/${row.id}/requestsPerS`] ?? NO_POINTS}
                fromMs={props.fromMs}
                toMs={props.toMs}
              />
              <span className={css("mono", row.view.rates.requestsPerS === null && "quiet")}>{rateOf(row)}</span>
            </span>
          </td>
          <td className={css("wide")}>
            <ShareBar percent={observation.memoryPct} warnAt={null} />
          </td>
          <td className={css("wide")}>
            <ShareBar percent={observation.diskPct} warnAt={DISK_WARN_PERCENT} />
          </td>
          <td className={css("end", "mono", "soft", "wide")}>
            {observation.startedAtMs === null ? "" : duration(nowMs - observation.startedAtMs)}
          </td>
          <td className={css("end", "act")}>
            <Button
              kind="quiet"
              label={t("Drain {node}…", { node: row.id })}
              locked={props.locked}
              onPress={() => props.onByHand(row.id)}
            >
              {t("Drain…")}
            </Button>
          </td>
        </>
      )}
    </tr>
  );
  if (!inHand || run === null || !isNarrow) return line;
  return (
    <>
      {line}
      <tr className={css("row", "inHand", "under")}>
        <StepCells row={row} run={run} nowMs={nowMs} columns={5} />
      </tr>
    </>
  );
}

function StatusCell({ row }: { readonly row: NodeRow }) {
  const { icon, tone, mono, text } = row.word;
  const word = (
    <span className={css("evidence")}>
      <StatusWord icon={icon} tone={tone} mono={mono}>
        {text}
      </StatusWord>
    </span>
  );
  return (
    <td aria-label={text}>
      <Tooltip says={<Evidence row={row} />}>{word}</Tooltip>
    </td>
  );
}

/** What each witness said, for whoever asks how we know. */
function Evidence({ row }: { readonly row: NodeRow }) {
  const { process, admission, routing } = row.view.observation;
  const facts = [...process, ...admission];
  const out = routing.filter((route) => route.state === "out");
  return (
    <ul className={css("facts")}>
      {facts.map((fact) => (
        <li key={`${fact.witness} ${fact.said}`}>{fact.said}</li>
      ))}
      {out.length === 0 ? null : (
        <li>
          {t("off the routes of {routers}", {
            routers: out.map((route) => `${route.router}${route.kind === "" ? "" : ` (${route.kind})`}`).join(t(", ")),
          })}
        </li>
      )}
      {facts.length === 0 ? <li>{t("Nobody has told anything of it.")}</li> : null}
    </ul>
  );
}

/** Its count is told against the one at its start while it falls, and not when it rises again. */
function hasLeft(gauge: NodeRow["gauge"]): boolean {
  return gauge === "draining" || gauge === "exiting" || gauge === "empty";
}

function isOnTarget(row: NodeRow, run: Run | null): boolean {
  return run !== null && run.plan.targetVersion !== null && isVersion(row.version ?? "", run.plan.targetVersion);
}

function rateOf(row: NodeRow): string {
  const { requestsPerS } = row.view.rates;
  return requestsPerS === null ? t("not measurable") : count(requestsPerS);
}
