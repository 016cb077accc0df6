import type { Run } from "#lib/run/state.ts";
import { classesOf } from "#components/ui/css.ts";
import { KIND_NAMES } from "./words.ts";
import styles from "./run-title.module.css";

const css = classesOf(styles);

/** "Upgrade prod-analytics 3.4.5 → 3.4.9" */
export function RunTitle({ run, clusterName }: { readonly run: Run; readonly clusterName: string }) {
  const { kind, targetVersion, fromVersions, steps } = run.plan;
  const byHand = kind === "drain" || kind === "stop";
  const subject = byHand ? `${steps.map(({ nodeId }) => nodeId).join(", ")} of ${clusterName}` : clusterName;
  return (
    <span className={css("title")}>
      {KIND_NAMES[kind]} {subject}
      {targetVersion === null ? null : (
        <span className={css("versions")}>
          {fromVersions.join(", ")} <span className={css("arrow")}>→</span> {targetVersion}
        </span>
      )}
    </span>
  );
}
