"use client";
import { useState } from "react";
import { checkKey, type Check } from "#lib/run/check.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { wordOf, worstFirst, type CheckWord } from "./checks.ts";
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
      {worstFirst(checks).map((check) => (
        <CheckRow
          key={checkKey(check)}
          check={check}
          reason={reasons[checkKey(check)] ?? null}
          onReason={(reason) => onReason(checkKey(check), reason)}
        />
      ))}
    </ul>
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
