/** Gate, Isolate, Drain, Exit, Confirm, Upgrade, Restart, Verify: where it stands, how long each took, what is skipped. */
import type { Step } from "#lib/run/state.ts";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { stepperItems } from "./stepper.ts";
import styles from "./phase-stepper.module.css";

const css = classesOf(styles);

const STATE_WORDS = {
  done: msg("done"),
  now: msg("now"),
  next: msg("not yet"),
  skipped: msg("skipped"),
} as const;

export function PhaseStepper({ step, nowMs }: { readonly step: Step; readonly nowMs: number }) {
  return (
    <ol className={css("stepper")} aria-label={t("Phases of {node}", { node: step.plan.nodeId })}>
      {stepperItems(step, nowMs).map((item) => (
        <li
          key={item.phase}
          className={css("item", item.state, item.phase === "exit" && "committed")}
          title={item.remark === "" ? undefined : item.remark}
          {...(item.state === "now" ? { "aria-current": "step" } : {})}
        >
          <span className={css("icon")}>
            <Icon name={item.state === "done" && item.phase !== "gate" ? "check" : item.icon} size={14} />
          </span>
          <span className={css("words")}>
            <span className={css("title")}>{item.title}</span>
            <HiddenText>, {t(STATE_WORDS[item.state])}</HiddenText>
            <span className={css("time")}>{item.time}</span>
            {item.state === "skipped" ? <span className={css("why")}>{item.remark}</span> : null}
          </span>
        </li>
      ))}
    </ol>
  );
}
