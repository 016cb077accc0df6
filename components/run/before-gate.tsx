/** What a person who approves wants to know: how the node before went, and what will be done to this one. */
import type { Run, Step } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";
import { WhatItSends } from "#components/shell/what-it-sends.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { gateLines, isBeforeGate } from "./before-gate.ts";
import styles from "./before-gate.module.css";

const css = classesOf(styles);

export function BeforeGate({ run, step }: { readonly run: Run; readonly step: Step }) {
  const { nodeId } = step.plan;
  if (!isBeforeGate(step) || run.life.at === "ended") return null;
  const title = t("If you approve {node}", { node: nodeId });
  return (
    <section className={css("before")} aria-label={title}>
      <h3>{title}</h3>
      <ol>
        {gateLines(run, step).map(({ icon, word, text, tone }) => (
          <li key={`${word}${text}`} className={css("line")}>
            <span className={css("icon", tone)}>
              <Icon name={icon} size={14} />
            </span>
            <span>
              <span className={css("word", tone)}>{word}</span> {text}
            </span>
          </li>
        ))}
      </ol>
      <WhatItSends runId={run.id} nodeId={nodeId} phases={null} />
    </section>
  );
}
