"use client";
/** What was recorded about a node, what was sent to the cluster, and the node's own log. */
import { memo, useMemo, useState } from "react";
import { WITNESS_WORDS } from "./words.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { useSent } from "#components/data/live-provider.tsx";
import { exactTime, isoTime, zoneName } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { toldIn, useZone } from "#components/stores/times.ts";
import { Badge } from "#components/ui/badge.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { CopyText } from "#components/ui/copy-text.tsx";
import { evidenceOf, expectation, type EvidenceLine } from "./evidence.ts";
import { Follow } from "./follow.tsx";
import { LogTail } from "./log-tail.tsx";
import { NoteButton } from "./note-button.tsx";
import type { Acting } from "./use-acting.ts";
import styles from "./evidence-panel.module.css";

const css = classesOf(styles);

export function EvidencePanel({
  run,
  step,
  events,
  acting,
  isPast = false,
}: {
  readonly run: Run;
  readonly step: Step | null;
  readonly events: readonly Recorded<RunEvent>[];
  readonly acting: Acting;
  /** A moment of the past: what is written and sent now does not belong to it. */
  readonly isPast?: boolean;
}) {
  const [tab, setTab] = useState<"seen" | "sent">("seen");
  const nodeId = step?.plan.nodeId ?? null;
  return (
    <section aria-labelledby="evidence-title">
      <div className={css("head")}>
        <h2 id="evidence-title">{t("Evidence")}</h2>
        <Segmented
          label={t("Which evidence")}
          value={tab}
          options={[
            { value: "seen", label: t("Events") },
            { value: "sent", label: t("Sent") },
          ]}
          onChange={setTab}
        />
        <span className={css("note")}>
          <NoteButton run={run} acting={acting} />
        </span>
        <span className={css("utc")}>{zoneName()}</span>
      </div>
      {tab === "seen" ? (
        <Seen run={run} step={step} events={events} />
      ) : isPast ? (
        <p className={css("none")}>
          {t("Statements are kept while they are recent. That they were sent, the events tell.")}
        </p>
      ) : (
        <SentLines clusterId={run.plan.clusterId} nodeId={nodeId} />
      )}
      {isPast && nodeId !== null ? (
        <p className={css("none")}>
          {t("The log of {node} is not kept here: its own file has what it wrote then.", { node: nodeId })}
        </p>
      ) : null}
      {isPast || nodeId === null ? null : <LogTail key={nodeId} clusterId={run.plan.clusterId} nodeId={nodeId} />}
    </section>
  );
}

/** The run's whole story is in its journal; here is what a person reads back. */
const MOST_LINES = 80;

function Seen({
  run,
  step,
  events,
}: {
  readonly run: Run;
  readonly step: Step | null;
  readonly events: readonly Recorded<RunEvent>[];
}) {
  const nodeId = step?.plan.nodeId ?? null;
  const zone = useZone();
  const lines = useMemo(() => toldIn(zone, evidenceOf(events, nodeId)).slice(-MOST_LINES), [events, nodeId, zone]);
  const phase = step?.progress.at === "phase" && run.hold === null ? step.progress.phase : null;
  const witnesses = step?.plan.witnesses.map((witness) => t(WITNESS_WORDS[witness])) ?? [];
  const next = expectation(phase, witnesses, run.plan.targetVersion, run.plan.policy.soakMs);
  return (
    <Follow label={t("What was recorded")} heightPx={202}>
      <ol>
        {lines.map((line) => (
          <Line key={line.seq} line={line} />
        ))}
        {next === null ? null : (
          <li className={css("line", "next")}>
            <span className={css("time")}>{t("next")}</span>
            <span>{next}</span>
          </li>
        )}
      </ol>
    </Follow>
  );
}

const TONE_ICONS = { ok: "serving", attn: "warn", danger: "fail" } as const;

/** Lines keep their identity from event to event, so that one more line draws one line. */
export const Line = memo(function Line({ line }: { readonly line: EvidenceLine }) {
  const { atMs, source, text, tone } = line;
  useZone();
  return (
    <li className={css("line")}>
      <time className={css("time")} dateTime={isoTime(atMs)}>
        {exactTime(atMs)}
      </time>
      <span className={css("text")}>
        {tone === "plain" || tone === "ok" ? null : (
          <span className={css(tone)}>
            <Icon name={TONE_ICONS[tone]} size={12} />{" "}
          </span>
        )}
        <Badge>{source}</Badge> {text}
      </span>
    </li>
  );
});

function SentLines({ clusterId, nodeId }: { readonly clusterId: string; readonly nodeId: string | null }) {
  const sent = useSent(clusterId);
  const lines = (sent ?? []).filter((line) => line.nodeId === null || line.nodeId === nodeId).slice(-100);
  return (
    <Follow label={t("What was sent")} heightPx={202}>
      {lines.length === 0 ? (
        <p className={css("none")}>{sent === null ? t("reading") : t("Nothing was sent lately.")}</p>
      ) : null}
      <ol>
        {lines.map((line, index) => (
          <li key={`${line.atMs}${index}`} className={css("line")}>
            <time className={css("time")}>{exactTime(line.atMs)}</time>
            <span className={css("text")}>
              <Badge>{line.where}</Badge>{" "}
              <CopyText text={line.text} label={t("Copy what was sent to {where}", { where: line.where })} />
              <span className={css("result")}>{line.result}</span>
            </span>
          </li>
        ))}
      </ol>
    </Follow>
  );
}
