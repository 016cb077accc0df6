"use client";
/** A plan beside that of a run: what differs, in words. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { runName } from "#lib/run/run-id.ts";
import { fileOfPlan } from "#lib/wire/plan-as-file.ts";
import type { PlanFile } from "#lib/wire/plan-file.ts";
import { kindWord } from "#components/cluster/kind-word.ts";
import { runQuery, runsQuery } from "#components/data/queries.ts";
import { day, minuteOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/select.tsx";
import { differences } from "./difference.ts";
import { DifferenceTable } from "./difference-table.tsx";

export function CompareDialog({
  clusterId,
  plan,
  name,
  exceptRunId = null,
  onClose,
}: {
  readonly clusterId: string;
  readonly plan: PlanFile;
  /** "this draft", "run prod.3", in the language of whoever reads */
  readonly name: string;
  readonly exceptRunId?: string | null;
  readonly onClose: () => void;
}) {
  const listed = useQuery(runsQuery(clusterId));
  const runs = (listed.data ?? []).filter(({ id }) => id !== exceptRunId);
  const [chosen, choose] = useState<string | null>(null);
  const runId = chosen ?? runs[0]?.id ?? null;
  const options = runs.map(({ id, kind, startedAtMs }) => ({
    value: id,
    label: t("run {run}", { run: runName(id) }),
    note: t("{kind}, {when}", { kind: kindWord(kind), when: `${day(startedAtMs)} ${minuteOfDay(startedAtMs)}` }),
  }));
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={t("Compare {name} with the plan of a run", { name })}
      actions={<Button onPress={onClose}>{t("Close")}</Button>}
    >
      {runId === null ? (
        <p>{listed.data === undefined ? t("Reading the runs.") : t("No other run has been started here yet.")}</p>
      ) : (
        <>
          <Select label={t("The run to compare with")} value={runId} options={options} onChange={choose} />
          <Compared key={runId} runId={runId} plan={plan} name={name} />
        </>
      )}
    </Dialog>
  );
}

function Compared({ runId, plan, name }: { readonly runId: string; readonly plan: PlanFile; readonly name: string }) {
  const { data, error } = useQuery(runQuery(runId));
  const run = data?.state.run ?? null;
  if (error !== null) return <p role="alert">{said(error.message)}</p>;
  if (run === null) return <p>{t("Reading its plan.")}</p>;
  const rows = differences(plan, fileOfPlan(run.plan, run.policyAtStart));
  return <DifferenceTable one={name} other={t("run {run}", { run: runName(runId) })} rows={rows} />;
}
