"use client";
/** The nodes that are let through, worst first. However many they are, only those in sight stand on the page. */
import { useVirtualizer } from "@tanstack/react-virtual";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { SystemWords } from "#lib/cluster/words.ts";
import { count, perSecond, rateTitle } from "#components/format.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { spokenGauge } from "#components/cluster/node-rows.ts";
import { rich } from "#components/language/rich.tsx";
import { msg, t } from "#components/language/t.ts";
import { CopyList } from "#components/list/copy-list.tsx";
import { listingOf, type ListColumn } from "#components/list/listing.ts";
import { nodePath } from "#components/shell/place.ts";
import { useIsPhone } from "#components/shell/use-is-phone.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { StatusWord } from "#components/ui/status-word.tsx";
import type { CrowdRow } from "./filter.ts";
import styles from "./crowd-list.module.css";

const css = classesOf(styles);

/** As in the style sheet, which places them: a phone's have two lines of words. */
const ROW_PX = 30;
const PHONE_ROW_PX = 48;
const IN_SIGHT = 8;
const OVERSCAN = 6;

export type CrowdListProps = {
  readonly clusterId: string;
  readonly words: SystemWords;
  readonly title: string;
  readonly rows: readonly CrowdRow[];
  /** The same, its words in the language of this moment: what is copied is not in the reader's. */
  readonly madeAnew: (rows: readonly CrowdRow[]) => readonly CrowdRow[];
  /** The count at which a role's chambers are full. */
  readonly peakOf: (row: CrowdRow) => number;
  readonly empty: string;
};

export function CrowdList({ clusterId, words, title, rows, madeAnew, peakOf, empty }: CrowdListProps) {
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<NodeId | null>(null);
  const rowPx = useIsPhone() ? PHONE_ROW_PX : ROW_PX;
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler: its functions are called where they are made.
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    // What the server renders, before there is a box to measure.
    initialRect: { width: 0, height: IN_SIGHT * ROW_PX },
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useEffect(() => virtual.measure(), [virtual, rowPx]);
  const at = rows.findIndex(({ id }) => id === chosen);
  const move = (by: 1 | -1): void => {
    const index = Math.min(Math.max(at + by, 0), rows.length - 1);
    const next = rows[index];
    if (next === undefined) return;
    setChosen(next.id);
    virtual.scrollToIndex(index);
    // The row may have to be drawn first.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-row="${index}"] a`)?.focus());
  };
  const open = (): void => {
    if (chosen !== null && at >= 0) router.push(nodePath(clusterId, chosen));
  };
  useShortcuts([
    { keys: "j", label: t("Next node"), act: () => move(1) },
    { keys: "k", label: t("Previous node"), act: () => move(-1) },
    { keys: "o", label: t("Open the node"), act: open },
  ]);
  return (
    <section className={css("part")} aria-labelledby="list-title">
      <div className={css("head")}>
        <h2 id="list-title">{t("{title}, {count}", { title, count: count(rows.length) })}</h2>
        <span className={css("hint")}>
          {rich(msg("worst first; {move} to move, {open} to open"), {
            move: (
              <>
                <Kbd>J</Kbd> <Kbd>K</Kbd>
              </>
            ),
            open: <Kbd>{t("Enter")}</Kbd>,
          })}
        </span>
        <CopyList of={t("these nodes")} listing={() => listingOf(columnsOf(words), madeAnew(rows))} />
      </div>
      <div role="table" aria-label={t("Nodes")} aria-rowcount={rows.length + 1} className={css("table")}>
        <div role="row" aria-rowindex={1} className={css("line", "titles")}>
          <span role="columnheader" aria-label={t("Level")} />
          <span role="columnheader">{t("Node")}</span>
          <span role="columnheader" className={css("wide")}>
            {t("Pool")}
          </span>
          <span role="columnheader">{t("Status")}</span>
          <span role="columnheader">{t("Why it is here")}</span>
          <span role="columnheader" className={css("end")}>
            {t("In flight")}
          </span>
          <span role="columnheader" className={css("end", "wide")}>
            {perSecond(words.work)}
          </span>
        </div>
        <div ref={box} role="rowgroup" className={css("box")}>
          <div className={css("whole")} style={{ height: `calc(${rows.length} * var(--list-row))` }}>
            {virtual.getVirtualItems().map(({ index }) => {
              const row = rows[index];
              return row === undefined ? null : (
                <Line
                  key={row.id}
                  row={row}
                  index={index}
                  peak={peakOf(row)}
                  clusterId={clusterId}
                  isChosen={row.id === chosen}
                  onChoose={setChosen}
                />
              );
            })}
          </div>
        </div>
        {rows.length === 0 ? <p className={css("empty")}>{empty}</p> : null}
      </div>
    </section>
  );
}

function Line({
  row,
  index,
  peak,
  clusterId,
  isChosen,
  onChoose,
}: {
  readonly row: CrowdRow;
  readonly index: number;
  readonly peak: number;
  readonly clusterId: string;
  readonly isChosen: boolean;
  readonly onChoose: (id: NodeId) => void;
}) {
  const { attention, word, status } = row;
  const { requestsPerS } = row.view.rates;
  const start = row.step?.drain?.startCount ?? null;
  const old = status.stale || status.status === "gone" || status.status === "unknown";
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      className={css("line", "row", isChosen && "chosen")}
      style={{ transform: `translateY(calc(${index} * var(--list-row)))` }}
    >
      <span role="cell" className={css("gauge")}>
        <LevelGauge
          size="s"
          state={row.gauge}
          count={row.count}
          peak={peak}
          startCount={start}
          outlier={row.gauge === "serving" && attention !== null}
          label={spokenGauge(row)}
        />
      </span>
      <span role="cell" className={css("mono", "name")}>
        <Link href={nodePath(clusterId, row.id)} prefetch={false} onFocus={() => onChoose(row.id)}>
          {row.id}
        </Link>
      </span>
      <span role="cell" className={css("soft", "wide")}>
        {row.node.pool}
      </span>
      <span role="cell" className={css("word")}>
        <StatusWord icon={word.icon} tone={word.tone} mono={word.mono}>
          {word.text}
        </StatusWord>
      </span>
      <span role="cell" className={css("why")} title={attention?.text ?? ""}>
        {attention?.icon === null || attention === null ? null : (
          <span className={css(attention.tone === "danger" ? "danger" : "attn")}>
            <Icon name={attention.icon} size={13} />
          </span>
        )}
        <span>{attention?.text ?? ""}</span>
      </span>
      <span role="cell" className={css("mono", "end")}>
        {row.count === null ? (
          <span className={css("soft")}>{t("not known")}</span>
        ) : (
          <>
            {count(row.count)}
            {old ? (
              <span className={css("soft")}>{t(" then")}</span>
            ) : start === null ? (
              ""
            ) : (
              t(" of {start}", { start: count(start) })
            )}
          </>
        )}
      </span>
      <span role="cell" className={css("mono", "end", "soft", "wide")}>
        {requestsPerS === null ? (
          <>
            <span aria-hidden>–</span>
            <HiddenText>{t("not measurable")}</HiddenText>
          </>
        ) : (
          count(requestsPerS)
        )}
      </span>
    </div>
  );
}

const columnsOf = ({ work }: SystemWords): readonly ListColumn<CrowdRow>[] => [
  { key: "node", title: msg("Node"), value: ({ id }) => id },
  { key: "role", title: msg("Role"), value: ({ node }) => node.role },
  { key: "pool", title: msg("Pool"), value: ({ node }) => node.pool },
  { key: "address", title: msg("Host:port"), value: ({ node }) => node.address },
  { key: "status", title: msg("Status"), value: ({ word }) => word.text },
  { key: "version", title: msg("Version"), value: ({ version }) => version },
  { key: "inFlight", title: msg("In flight"), value: (row) => row.count },
  {
    key: "requestsPerS",
    title: rateTitle(work),
    shownTitle: () => perSecond(work),
    value: ({ view }) => view.rates.requestsPerS,
  },
  { key: "why", title: msg("Why it needs a look"), value: ({ attention }) => attention?.text ?? null },
];
