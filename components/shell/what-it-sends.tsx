"use client";
import { useQuery } from "@tanstack/react-query";
import { runCommandsQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
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
    <section className={styles["sends"]} aria-label={t("What it sends")}>
      <h3>{t("What it sends")}</h3>
      {lines.length > 0 ? (
        <ul>
          {lines.map(({ phase, where, text, remark }) => (
            <li key={`${phase} ${where} ${text}`}>
              <span className={styles["where"]}>{where}</span>{" "}
              <CopyText text={text} label={t("Copy what is sent to {where}", { where })} />
              <span className={styles["remark"]}>{said(remark)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p>
          {error !== null
            ? t("It could not be read: {problem}", { problem: said(error.message) })
            : t(data === undefined ? "Reading it." : "Nothing.")}
        </p>
      )}
    </section>
  );
}
