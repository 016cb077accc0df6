"use client";
/** Checks before a node is touched and gates after its return: failing ones in full, the rest in one line. */
import type { Run, Step } from "#lib/run/state.ts";
import { timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { msg, t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { checkRows, type CheckRow } from "./checks.ts";
import { CopyText } from "#components/ui/copy-text.tsx";
import type { Acting } from "./use-acting.ts";
import styles from "./checks-list.module.css";

const css = classesOf(styles);

const ICONS = { stops: "fail", unknown: "unknown", overridden: "warn", note: "warn", pass: "serving" } as const;
const WORDS = {
  stops: msg("fail"),
  unknown: msg("unknown"),
  overridden: msg("warn"),
  note: msg("note"),
  pass: msg("pass"),
} as const;

export function ChecksList({
  run,
  step,
  nowMs,
  acting,
}: {
  readonly run: Run;
  readonly step: Step;
  readonly nowMs: number;
  readonly acting: Acting;
}) {
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  if (phase !== "check" && phase !== "verify") return null;
  const rows = checkRows(run, step, nowMs);
  const asked =
    step.checkedAtMs === null ? t("not answered yet") : t("answered {time}", { time: timeOfDay(step.checkedAtMs) });
  const open = rows.filter(({ state }) => state !== "pass");
  const passing = rows.length - open.length;
  return (
    <section className={css("checks")} aria-label={phase === "check" ? t("Checks") : t("Gates")}>
      <h3>
        {phase === "check" ? t("Checks before it is touched") : t("Gates after its return")} <span>{asked}</span>
      </h3>
      <ul>
        {open.map((row) => (
          <OpenCheck key={row.key} row={row} step={step} acting={acting} />
        ))}
      </ul>
      {passing === 0 ? null : (
        <details>
          <summary>
            <span className={css("pass")}>
              <Icon name="serving" size={13} />
            </span>{" "}
            {t("{count, plural, one {# passes} other {# pass}}", { count: passing })}
          </summary>
          <ul>
            {rows
              .filter(({ state }) => state === "pass")
              .map(({ key, check }) => (
                <li key={key} className={css("passing")}>
                  {said(check.title)} <span className={css("said")}>{said(check.evidence)}</span>
                </li>
              ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function OpenCheck({ row, step, acting }: { readonly row: CheckRow; readonly step: Step; readonly acting: Acting }) {
  const { check, key, state, overridden, mayOverride } = row;
  const { nodeId } = step.plan;
  const title = said(check.title);
  const override = { do: "override", nodeId, checkKey: key, reason: "example" } as const;
  const ask = (): void =>
    acting.ask(
      {
        title: t('Override "{check}"?', { check: title }),
        body: sentences([
          said(check.evidence),
          t("{node} is taken although this does not hold; your name and reason stand in the journal.", {
            node: nodeId,
          }),
        ]),
        safe: t("Keep holding"),
        act: t("Override for {node}", { node: nodeId }),
        reason: t("Why it is safe"),
      },
      true,
      (reason) => ({ do: "override", nodeId, checkKey: key, reason }),
    );
  return (
    <li className={css("check", state)}>
      <span className={css("icon")}>
        <Icon name={ICONS[state]} size={14} />
      </span>
      <div className={css("words")}>
        <p>
          <span className={css("verdict")}>{t(WORDS[state])}</span> <strong>{title}</strong>
        </p>
        <p className={css("said")}>{said(check.evidence)}</p>
        {overridden === "" ? null : <p className={css("said")}>{overridden}</p>}
        {check.remedy === "" || state === "overridden" ? null : (
          <CopyText text={said(check.remedy)} label={t("Copy what mends {check}", { check: title })} />
        )}
      </div>
      {mayOverride ? (
        <Button
          kind="destructive"
          locked={acting.lockOfRequest(override)}
          pending={acting.isPending(override)}
          onPress={ask}
        >
          {t("Override…")}
        </Button>
      ) : check.severity === "blocks" && (state === "stops" || state === "unknown") ? (
        <span className={css("never")}>
          <Icon name="lock" size={12} /> {t("cannot be overridden")}
        </span>
      ) : null}
    </li>
  );
}
