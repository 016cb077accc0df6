"use client";
import { useState } from "react";
import { checkKey, type Check } from "#lib/run/check.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { linesOf, wordOf, type CheckWord } from "./checks.ts";
import styles from "./check-list.module.css";

const css = classesOf(styles);

export const CHECK_ICONS: Readonly<Record<CheckWord, IconName>> = { fail: "fail", warn: "warn", pass: "serving" };

/** Every answer with its evidence; what may be overridden asks for a reason by name. */
export function CheckList({
  checks,
  reasons,
  onReason,
}: {
  readonly checks: readonly Check[];
  readonly reasons: Readonly<Record<string, string>>;
  /** Null takes the override back. */
  readonly onReason: (key: string, reason: string | null) => void;
}) {
  return (
    <ul aria-label="Checks">
      {linesOf(checks).map((line) =>
        line.is === "many" ? (
          <PassedRow key={line.checks[0].id} checks={line.checks} />
        ) : (
          <CheckRow
            key={checkKey(line.check)}
            check={line.check}
            reason={reasons[checkKey(line.check)] ?? null}
            onReason={(reason) => onReason(checkKey(line.check), reason)}
          />
        ),
      )}
    </ul>
  );
}

/** The same check, passed on several nodes: each answer is one press away. */
function PassedRow({ checks }: { readonly checks: readonly [Check, ...Check[]] }) {
  const [first] = checks;
  const said = new Set(checks.map((check) => check.evidence));
  return (
    <li className={css("row", "pass")} data-check={first.id}>
      <span className={css("word")}>
        <Icon name={CHECK_ICONS.pass} />
        pass
      </span>
      <div className={css("body")}>
        <p className={css("title")}>
          {first.title}
          <span className={css("where")}>, on {checks.length} nodes</span>
        </p>
        {said.size === 1 ? (
          <p className={css("evidence")}>{first.evidence}</p>
        ) : (
          <details className={css("evidence")}>
            <summary>what each node said</summary>
            <ul>
              {checks.map((check) => (
                <li key={check.nodeId}>
                  <code>{check.nodeId}</code> {check.evidence}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

function CheckRow({
  check,
  reason,
  onReason,
}: {
  readonly check: Check;
  readonly reason: string | null;
  readonly onReason: (reason: string | null) => void;
}) {
  const word = wordOf(check);
  const mayOverride = check.verdict !== "pass" && check.severity === "needsReason";
  return (
    <li className={css("row", word)} data-check={checkKey(check)}>
      <span className={css("word")}>
        <Icon name={CHECK_ICONS[word]} />
        {word}
      </span>
      <div className={css("body")}>
        <p className={css("title")}>
          {check.title}
          {check.nodeId === null ? null : <span className={css("where")}>, {check.nodeId}</span>}
          {check.verdict === "unknown" ? <span className={css("unknown")}>, could not be asked</span> : null}
        </p>
        <p className={css("evidence")}>{check.evidence}</p>
        {check.verdict === "pass" || check.remedy === "" ? null : <Remedy text={check.remedy} />}
        {mayOverride && reason !== null ? (
          <div className={css("reason")}>
            <TextField label={`Why "${check.title}" may be answered for`} value={reason} onChange={onReason} />
          </div>
        ) : null}
      </div>
      {mayOverride ? (
        <Button onPress={() => onReason(reason === null ? "" : null)}>
          {reason === null ? "Answer for it…" : "Take back"}
        </Button>
      ) : null}
    </li>
  );
}

/** The statement or command to paste. */
function Remedy({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <p className={css("remedy")}>
      <code>{text}</code>
      <Button kind="quiet" icon={copied ? "check" : "copy"} label="Copy what to do" onPress={copy}>
        {copied ? "copied" : null}
      </Button>
    </p>
  );
}
