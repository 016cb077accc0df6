"use client";
/** What a run leaves behind for whoever has no console: its report as one file or on paper, its plan, its events. */
import { useState } from "react";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { fileOfPlan } from "#lib/wire/plan-as-file.ts";
import { t } from "#components/language/t.ts";
import { CompareDialog } from "#components/plan/lazy-dialogs.tsx";
import { planText } from "#components/plan/plan-text.ts";
import { downloadFile } from "#components/shell/hand-out.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";
import { redacted } from "./file/text.ts";
import { useReportFacts } from "./use-report-facts.ts";
import { PrintedReport } from "./printed-report.tsx";
import type { LaneSeries } from "#components/charts/lanes.ts";

export function ExportMenu({
  run,
  events,
  series,
}: {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly series: LaneSeries;
}) {
  const [comparing, setComparing] = useState(false);
  const factsOf = useReportFacts(run, events, series);
  const name = runName(run.id);
  const plan = fileOfPlan(run.plan, run.policyAtStart);
  const report = async (): Promise<void> => {
    const [{ reportFile }, text] = await Promise.all([import("./file/report-file.ts"), planText(plan)]);
    downloadFile(`report-${name}.html`, "text/html", reportFile(factsOf(text)));
  };
  const yaml = async (): Promise<void> => downloadFile(`plan-${name}.yaml`, "text/yaml", await planText(plan));
  const journal = (): void => {
    downloadFile(`events-${name}.json`, "application/json", `${JSON.stringify(redacted(events), null, 2)}\n`);
  };
  return (
    <>
      <MenuButton
        icon="download"
        entries={[
          { key: "html", label: t("Report, one HTML file"), onPress: () => void report() },
          { key: "print", label: t("Print…"), onPress: () => window.print() },
          { key: "yaml", label: t("Plan as YAML"), onPress: () => void yaml() },
          { key: "events", label: t("Events as JSON"), onPress: journal },
          { key: "compare", label: t("Compare its plan…"), onPress: () => setComparing(true) },
        ]}
      >
        {t("Export the report")}
      </MenuButton>
      <PrintedReport factsOf={factsOf} plan={plan} />
      {comparing ? (
        <CompareDialog
          clusterId={run.plan.clusterId}
          plan={plan}
          name={t("run {run}", { run: name })}
          exceptRunId={run.id}
          onClose={() => setComparing(false)}
        />
      ) : null}
    </>
  );
}
