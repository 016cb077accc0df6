import { useState } from "react";
import { checkKey, type Check } from "#lib/run/check.ts";
import type { PlanDraft } from "#lib/wire/views.ts";
import { timeOfDay } from "#components/format.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { StatusWord, type Tone } from "#components/ui/status-word.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { sortedChecks, standingOf, type Answered, type Standing } from "./judgement.ts";
import styles from "./plan-screen.module.css";

const css = classesOf(styles);

const LEAST_REASON = 3;

const WORDS: Readonly<Record<Standing, { readonly word: string; readonly icon: IconName; readonly tone: Tone }>> = {
  open: { word: "fail", icon: "fail", tone: "danger" },
  needsReason: { word: "reason", icon: "warn", tone: "attn" },
  answered: { word: "answered", icon: "warn", tone: "attn" },
  note: { word: "note", icon: "warn", tone: "attn" },
  pass: { word: "pass", icon: "serving", tone: "ok" },
};

/** Every check with what was seen, worst first. One that may be answered for takes a reason in place. */
export function Preflight({
  draft,
  isChecking,
  answered,
  onCheckAgain,
  onAnswer,
}: {
  readonly draft: PlanDraft | null;
  readonly isChecking: boolean;
  readonly answered: Answered;
  readonly onCheckAgain: () => void;
  readonly onAnswer: (key: string, reason: string) => void;
}) {
  const checks = sortedChecks(draft?.checks ?? [], answered);
  const count = (...standings: readonly Standing[]): number =>
    checks.filter((check) => standings.includes(standingOf(check, answered))).length;
  return (
    <section className={css("region", "preflight")} aria-labelledby="plan-preflight">
      <header className={css("regionHead")}>
        <h2 id="plan-preflight">Pre-flight</h2>
        {draft === null ? null : (
          <span className={css("counts")}>
            <StatusWord icon="fail" tone={count("open") > 0 ? "danger" : "quiet"}>{`${count("open")} fail`}</StatusWord>
            <StatusWord icon="warn" tone={count("needsReason", "answered", "note") > 0 ? "attn" : "quiet"}>
              {`${count("needsReason", "answered", "note")} warn`}
            </StatusWord>
            <StatusWord icon="serving" tone="ok">{`${count("pass")} pass`}</StatusWord>
          </span>
        )}
        <span className={css("checkedAt")}>
          {draft === null ? null : <code>{timeOfDay(draft.checkedAtMs)}</code>}
          <Button kind="quiet" icon="restart" pending={isChecking} onPress={onCheckAgain}>
            Check again
          </Button>
        </span>
      </header>
      <ul className={css("checks")} aria-label="Checks" aria-busy={isChecking}>
        {checks.map((check) => (
          <CheckRow
            key={checkKey(check)}
            check={check}
            standing={standingOf(check, answered)}
            reason={answered[checkKey(check)] ?? null}
            onAnswer={(reason) => onAnswer(checkKey(check), reason)}
          />
        ))}
      </ul>
      {draft === null ? <p className={css("hint")}>Asking the cluster and its hosts.</p> : null}
    </section>
  );
}

function CheckRow({
  check,
  standing,
  reason,
  onAnswer,
}: {
  readonly check: Check;
  readonly standing: Standing;
  readonly reason: string | null;
  readonly onAnswer: (reason: string) => void;
}) {
  const { word, icon, tone } = WORDS[standing];
  return (
    <li className={css("check", standing === "open" && "failing")}>
      <span className={css("checkWord")}>
        <StatusWord icon={icon} tone={tone}>
          {word}
        </StatusWord>
      </span>
      <div className={css("checkText")}>
        <p className={css("checkTitle")}>
          {check.title}
          {check.nodeId === null ? null : <code className={css("hint")}> {check.nodeId}</code>}
        </p>
        <p className={css("evidence")}>{check.evidence}</p>
        {check.verdict === "pass" || check.remedy === "" ? null : <p className={css("remedy")}>{check.remedy}</p>}
        {reason === null ? null : <p className={css("remedy")}>Answered for: {reason}</p>}
      </div>
      {standing === "needsReason" ? <AnswerFor check={check} onAnswer={onAnswer} /> : null}
    </li>
  );
}

function AnswerFor({ check, onAnswer }: { readonly check: Check; readonly onAnswer: (reason: string) => void }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const short = reason.trim().length < LEAST_REASON ? "Say why, in three characters or more." : null;
  if (!open) return <Button onPress={() => setOpen(true)}>Answer for it…</Button>;
  return (
    <div className={css("answer")}>
      <TextField label={`Why "${check.title}" may be answered for`} value={reason} onChange={setReason} />
      <Button locked={short} onPress={() => onAnswer(reason.trim())}>
        Answer for it
      </Button>
    </div>
  );
}
