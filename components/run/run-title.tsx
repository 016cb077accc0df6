import type { Run } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { KIND_NAMES, listed } from "./words.ts";
import styles from "./run-title.module.css";

const css = classesOf(styles);

/** "Upgrade prod-analytics 3.4.5 → 3.4.9" */
export function RunTitle({ run, clusterName }: { readonly run: Run; readonly clusterName: string }) {
  const { kind, targetVersion, fromVersions, steps, ticket } = run.plan;
  const byHand = kind === "drain" || kind === "stop";
  const subject = byHand
    ? t("{nodes} of {cluster}", { nodes: listed(steps.map(({ nodeId }) => nodeId)), cluster: clusterName })
    : clusterName;
  return (
    <span className={css("title")}>
      {t(KIND_NAMES[kind])} {subject}
      {targetVersion === null ? null : (
        <span className={css("versions")}>
          {[...new Set(fromVersions.map(released))].join(", ")} <span className={css("arrow")}>→</span> {targetVersion}
        </span>
      )}
      {ticket === undefined ? null : (
        <span className={css("ticket")} title={ticket}>
          {ticket}
        </span>
      )}
    </span>
  );
}

/** "3.5.7" of "3.5.7-70d1c24": which build it was stands in the plan. */
function released(version: string): string {
  return version.replace(/-[0-9a-f]{6,}$/, "");
}
