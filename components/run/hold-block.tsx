"use client";
/** "Decide here": why the run waits for a person, what was seen, and exactly the acts that are allowed now. */
import type { Hold } from "#lib/run/hold.ts";
import type { Outlook } from "#lib/run/outlook.ts";
import type { Run } from "#lib/run/state.ts";
import { duration, timeOfDay } from "#components/format.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { ActButton } from "./act-button.tsx";
import { actsNamed, type ActFacts } from "./acts.ts";
import { holdActs, holdEvidence, holdSentence } from "./hold.ts";
import { HoldNotes } from "./hold-notes.tsx";
import type { Note } from "./notes.ts";
import type { Acting } from "./use-acting.ts";
import { IfItLeft } from "./waiting-for.tsx";
import styles from "./hold-block.module.css";

const css = classesOf(styles);

export function HoldBlock({
  run,
  hold,
  facts,
  acting,
  view,
  notes,
}: {
  readonly run: Run;
  readonly hold: Hold;
  readonly facts: ActFacts;
  readonly acting: Acting;
  /** What becomes of its work; null where it carries none. */
  readonly view: Outlook | null;
  /** What people wrote since it began. */
  readonly notes: readonly Note[];
}) {
  const acts = actsNamed(facts, holdActs(hold));
  const evidence = holdEvidence(hold.reason);
  return (
    <div
      className={css("hold")}
      role="group"
      aria-label={t("{node} waits for a person", { node: hold.nodeId ?? t("The run") })}
      data-testid="hold"
    >
      <span className={css("icon")}>
        <Icon name={hold.reason.why === "outByHand" ? "out" : "gate"} size={16} />
      </span>
      <div className={css("body")}>
        <p className={css("title")}>{holdSentence(run, hold.reason)}</p>
        <p className={css("text")}>
          {sentences([
            t("Since {time}, {age} ago.", {
              time: timeOfDay(hold.sinceMs),
              age: duration(facts.nowMs - hold.sinceMs),
            }),
            acts.length === 0 ? t("Nothing can be asked here: it is tried again by itself.") : "",
          ])}
        </p>
        {evidence === null ? null : <pre className={css("evidence")}>{evidence}</pre>}
        {view === null || hold.reason.why !== "drainLimit" ? null : <IfItLeft step={facts.step} view={view} />}
        <HoldNotes notes={notes} />
        <div className={css("acts")}>
          {acts.map((act, index) => (
            <ActButton
              key={act.key}
              act={act}
              acting={acting}
              primary={index === 0 && (act.question === null || hold.reason.why === "outByHand")}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
