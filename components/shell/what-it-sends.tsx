"use client";
import { useQuery } from "@tanstack/react-query";
import { runCommandsQuery } from "#components/data/queries.ts";
import { CopyText } from "#components/ui/copy-text.tsx";
import styles from "./what-it-sends.module.css";

/**
 * The statements and commands of an act as an operator would type them, to be read and copied before it is asked: of some
 * phases, or of all.
 */
export function WhatItSends({
  runId,
  nodeId,
  phases,
}: {
  readonly runId: string;
  readonly nodeId: string;
  readonly phases: readonly string[] | null;
}) {
  const { data, error } = useQuery(runCommandsQuery(runId));
  const lines = (data?.[nodeId] ?? []).filter(({ phase }) => phases === null || phases.includes(phase));
  return (
    <section className={styles["sends"]} aria-label="What it sends">
      <h3>What it sends</h3>
      {lines.length > 0 ? (
        <ul>
          {lines.map(({ phase, where, text, remark }) => (
            <li key={`${phase} ${where} ${text}`}>
              <span className={styles["where"]}>{where}</span>{" "}
              <CopyText text={text} label={`Copy what is sent to ${where}`} />
              <span className={styles["remark"]}>{remark}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p>
          {error !== null ? `It could not be read: ${error.message}` : data === undefined ? "Reading it." : "Nothing."}
        </p>
      )}
    </section>
  );
}
