"use client";
/** The plan that is drafted, out as a file and in from one, and beside the plan of a run. */
import { useState } from "react";
import type { ClusterNode } from "#lib/cluster/node.ts";
import type { PlanFile } from "#lib/wire/plan-file.ts";
import { t } from "#components/language/t.ts";
import { copyText, downloadFile } from "#components/shell/hand-out.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";
import { CompareDialog, ImportDialog } from "./lazy-dialogs.tsx";
import type { PlanForm } from "./plan-form.ts";
import { planText } from "./plan-text.ts";

export function PlanFileMenu({
  clusterId,
  nodes,
  draft,
  onUse,
}: {
  readonly clusterId: string;
  readonly nodes: readonly ClusterNode[];
  readonly draft: PlanFile;
  readonly onUse: (form: PlanForm) => void;
}) {
  const [open, setOpen] = useState<"import" | "compare" | null>(null);
  const close = (): void => setOpen(null);
  const download = async (): Promise<void> =>
    downloadFile(`plan-${clusterId}.yaml`, "text/yaml", await planText(draft));
  const copy = async (): Promise<void> => copyText(await planText(draft), t("the plan as YAML"));
  return (
    <>
      <MenuButton
        icon="download"
        entries={[
          { key: "download", label: t("Download as YAML"), onPress: () => void download() },
          { key: "copy", label: t("Copy as YAML"), onPress: () => void copy() },
          { key: "import", label: t("Import a YAML file…"), onPress: () => setOpen("import") },
          { key: "compare", label: t("Compare with a run…"), onPress: () => setOpen("compare") },
        ]}
      >
        {t("Plan as a file")}
      </MenuButton>
      {open === "import" ? (
        <ImportDialog clusterId={clusterId} nodes={nodes} draft={draft} onUse={onUse} onClose={close} />
      ) : null}
      {open === "compare" ? (
        <CompareDialog clusterId={clusterId} plan={draft} name={t("this draft")} onClose={close} />
      ) : null}
    </>
  );
}
