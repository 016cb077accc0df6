import { useState } from "react";
import type { PlanDraft } from "#lib/wire/views.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Select } from "#components/ui/select.tsx";
import { toast } from "#components/stores/toasts.ts";
import styles from "./plan-screen.module.css";

const css = classesOf(styles);

/** Exactly what will be sent for one node, and where. */
export function CommandPreview({ draft }: { readonly draft: PlanDraft | null }) {
  const nodeIds = (draft?.plan.steps ?? []).map(({ nodeId }) => nodeId);
  const [chosen, setChosen] = useState<string | null>(null);
  const nodeId = chosen !== null && nodeIds.includes(chosen) ? chosen : (nodeIds[0] ?? null);
  const lines = nodeId === null ? [] : (draft?.commands[nodeId] ?? []);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(lines.map(({ where, text }) => `${where} ${text}`).join("\n"));
    toast(`The commands for ${nodeId ?? ""} are copied.`);
  };
  return (
    <section className={css("commands")} aria-labelledby="plan-commands">
      <header className={css("regionHead")}>
        <h2 id="plan-commands">Exact commands</h2>
        {nodeId === null ? null : (
          <Select
            label="Commands for"
            mono
            value={nodeId}
            options={nodeIds.map((id) => ({ value: id, label: id }))}
            onChange={setChosen}
          />
        )}
        <Button kind="quiet" icon="copy" onPress={() => void copy()}>
          Copy
        </Button>
        <span className={css("hint", "atEnd")}>Nothing runs until Start… is confirmed.</span>
      </header>
      <div className={css("commandScroll")} role="group" aria-label="Commands">
        <table className={css("commandTable")}>
          <tbody>
            {lines.map(({ phase, where, text, remark }, index) => (
              // The same command may stand twice; its place tells it apart.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={index}>
                <th scope="row">{lines[index - 1]?.phase === phase ? "" : phase}</th>
                <td className={css("where")}>{where}</td>
                <td className={css("text")}>{text}</td>
                <td className={css("remark")}>{remark}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
