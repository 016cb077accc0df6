import type { CommandLineView } from "#lib/wire/views.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { ScrollBox } from "#components/ui/scroll-box.tsx";
import styles from "./command-lines.module.css";

const css = classesOf(styles);

const PHASES: Readonly<Record<string, { readonly icon: IconName; readonly word: string }>> = {
  isolate: { icon: "sidelined", word: msg("isolate") },
  drain: { icon: "draining", word: msg("drain") },
  exit: { icon: "exiting", word: msg("exit") },
  confirm: { icon: "confirm", word: msg("confirm") },
  upgrade: { icon: "upgrade", word: msg("upgrade") },
  restart: { icon: "restart", word: msg("restart") },
  readmit: { icon: "gate", word: msg("readmit") },
  verify: { icon: "verify", word: msg("verify") },
};

/** Exactly what will be sent, where, in which phase. */
export function CommandLines({ lines }: { readonly lines: readonly CommandLineView[] }) {
  return (
    <ScrollBox label={t("Exact commands")} className={css("frame")}>
      <table className={css("lines")} aria-label={t("Exact commands")}>
        <tbody>
          {lines.map((line, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- two equal commands in one phase are two commands.
            <tr key={`${line.phase} ${index}`}>
              <th scope="row">
                <Icon name={PHASES[line.phase]?.icon ?? "confirm"} size={12} />
                <span className={css("phase")}>{t(PHASES[line.phase]?.word ?? line.phase)}</span>
              </th>
              <td className={css("where")}>{line.where}</td>
              <td className={css("text")}>
                <code>{line.text}</code>
              </td>
              <td className={css("remark")}>{said(line.remark)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length === 0 ? <p className={css("remark")}>{t("Nothing is sent to this node.")}</p> : null}
    </ScrollBox>
  );
}
