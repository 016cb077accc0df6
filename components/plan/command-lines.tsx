import type { CommandLineView } from "#lib/wire/views.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { ScrollBox } from "#components/ui/scroll-box.tsx";
import styles from "./command-lines.module.css";

const css = classesOf(styles);

const PHASE_ICONS: Readonly<Record<string, IconName>> = {
  isolate: "sidelined",
  drain: "draining",
  exit: "exiting",
  confirm: "confirm",
  upgrade: "upgrade",
  restart: "restart",
  readmit: "gate",
  verify: "verify",
};

/** Exactly what will be sent, where, in which phase. */
export function CommandLines({ lines }: { readonly lines: readonly CommandLineView[] }) {
  return (
    <ScrollBox label="Exact commands" className={css("frame")}>
      <table className={css("lines")} aria-label="Exact commands">
        <tbody>
          {lines.map((line, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- two equal commands in one phase are two commands.
            <tr key={`${line.phase} ${index}`}>
              <th scope="row">
                <Icon name={PHASE_ICONS[line.phase] ?? "confirm"} size={12} />
                <span className={css("phase")}>{line.phase}</span>
              </th>
              <td className={css("where")}>{line.where}</td>
              <td className={css("text")}>
                <code>{line.text}</code>
              </td>
              <td className={css("remark")}>{line.remark}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length === 0 ? <p className={css("remark")}>Nothing is sent to this node.</p> : null}
    </ScrollBox>
  );
}
