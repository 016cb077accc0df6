"use client";
import { useState } from "react";
import { checkKey, type Check } from "#lib/run/check.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { linesOf, wordOf, type CheckWord } from "./checks.ts";
import styles from "./check-list.module.css";

const css = classesOf(styles);

export const CHECK_ICONS: Readonly<Record<CheckWord, IconName>> = { fail: "fail", warn: "warn", pass: "serving" };

export const CHECK_WORDS: Readonly<Record<CheckWord, string>> = {
  fail: msg("fail"),
  warn: msg("warn"),
  pass: msg("pass"),
};

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
    <ul aria-label={t("Checks")}>
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
  const evidence = new Set(checks.map((check) => check.evidence));
  return (
    <li className={css("row", "pass")} data-check={first.id}>
      <span className={css("word")}>
        <Icon name={CHECK_ICONS.pass} />
        {t(CHECK_WORDS.pass)}
      </span>
      <div className={css("body")}>
        <p className={css("title")}>
          {said(first.title)}
          <span className={css("where")}>{t(", on {count} nodes", { count: checks.length })}</span>
        </p>
        {evidence.size === 1 ? (
          <p className={css("evidence")}>{said(first.evidence)}</p>
        ) : (
          <details className={css("evidence")}>
            <summary>{t("what each node said")}</summary>
            <ul>
              {checks.map((check) => (
                <li key={check.nodeId}>
                  <code>{check.nodeId}</code> {said(check.evidence)}
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
        {t(CHECK_WORDS[word])}
      </span>
      <div className={css("body")}>
        <p className={css("title")}>
          {said(check.title)}
          {check.nodeId === null ? null : <span className={css("where")}>{t(", {node}", { node: check.nodeId })}</span>}
          {check.verdict === "unknown" ? <span className={css("unknown")}>{t(", could not be asked")}</span> : null}
        </p>
        <p className={css("evidence")}>{said(check.evidence)}</p>
        {check.verdict === "pass" || check.remedy === "" ? null : <Remedy text={said(check.remedy)} />}
        {mayOverride && reason !== null ? (
          <div className={css("reason")}>
            <TextField
              label={t('Why "{check}" may be answered for', { check: said(check.title) })}
              value={reason}
              onChange={onReason}
            />
          </div>
        ) : null}
      </div>
      {mayOverride ? (
        <Button onPress={() => onReason(reason === null ? "" : null)}>
          {reason === null ? t("Answer for it…") : t("Take back")}
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
      <Button kind="quiet" icon={copied ? "check" : "copy"} label={t("Copy what to do")} onPress={copy}>
        {copied ? t("copied") : null}
      </Button>
    </p>
  );
}
