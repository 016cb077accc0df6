"use client";
/** How another version gets onto a host. */
import { msg, t } from "#components/language/t.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { wrongWith, type InstallForm, type Strategy } from "./cluster-form.ts";
import { FormSection } from "./form-section.tsx";
import styles from "./settings.module.css";
import type { PartProps } from "./where-part.tsx";

const css = classesOf(styles);

const STRATEGIES: readonly { readonly value: Strategy; readonly label: string }[] = [
  { value: "none", label: msg("Not from here") },
  { value: "swap", label: msg("Swap files") },
  { value: "symlink", label: msg("Flip a link") },
  { value: "command", label: msg("Own command") },
  { value: "manual", label: msg("By hand") },
];

/** A command is a list of words: people type them with blanks between. */
const COMMAND_EXAMPLE = ["/opt/ops/install", "{version}", "{role}", "{home}"].join(" ");

const HINTS: Readonly<Record<Strategy, string>> = {
  none: msg("Runs can restart, stop and drain. An upgrade needs one of the others."),
  swap: msg(
    "The documented way: lib and bin are replaced, the old ones kept. The folder holds <version>/'{fe,be,cn}'.",
  ),
  symlink: msg("Release directories, and one link a node that points at the one in use."),
  command: msg("Words without a shell; '{version}', '{node}', '{role}' and '{home}' are filled in."),
  manual: msg("A person does it; the console waits until the version script says so."),
};

export function InstallPart({ form, problems, onChange }: PartProps) {
  const { install } = form;
  const set = (part: Partial<InstallForm>): void => onChange({ install: { ...install, ...part } });
  const wrong = (key: string): string | null => wrongWith(problems, `install.${key}`);
  return (
    <FormSection title={t("Another version")} hint={t(HINTS[install.strategy])}>
      <div className={css("choice")}>
        <Segmented
          label={t("How another version gets onto a host")}
          value={install.strategy}
          options={STRATEGIES.map(({ value, label }) => ({ value, label: t(label) }))}
          onChange={(strategy) => set({ strategy })}
        />
      </div>
      {install.strategy === "swap" || install.strategy === "symlink" ? (
        <TextField
          label={t("Folder of the releases on each host")}
          mono
          value={install.folder}
          onChange={(folder) => set({ folder })}
          placeholder="/srv/starrocks"
          wrong={wrong(install.strategy === "swap" ? "artifacts" : "releases")}
        />
      ) : null}
      {install.strategy === "swap" || install.strategy === "symlink" ? (
        <TextField
          label={t("Folder of packages on the console's machine, if releases are brought from there")}
          mono
          value={install.packages}
          onChange={(packages) => set({ packages })}
          placeholder="/srv/packages"
          wrong={wrong("packages")}
        />
      ) : null}
      {install.strategy === "symlink" ? (
        <TextField
          label={t("Link in each home")}
          mono
          value={install.link}
          onChange={(link) => set({ link })}
          placeholder="current"
          wrong={wrong("link")}
        />
      ) : null}
      {install.strategy === "command" ? (
        <>
          <TextField
            label={t("Command")}
            mono
            value={install.argv}
            onChange={(argv) => set({ argv })}
            placeholder={COMMAND_EXAMPLE}
            wrong={wrong("argv")}
          />
          <TextField
            label={t("Command that brings the version before back, if there is one")}
            mono
            value={install.restore}
            onChange={(restore) => set({ restore })}
            wrong={wrong("restore")}
          />
        </>
      ) : null}
      {install.strategy === "command" || install.strategy === "manual" ? (
        <TextArea
          label={t("Versions, one a line")}
          value={install.versions}
          onChange={(versions) => set({ versions })}
          placeholder="4.0.7"
          wrong={wrong("versions")}
        />
      ) : null}
      {install.strategy === "none" && wrongWith(problems, "install") !== null ? (
        <p className={css("wrong")}>{wrongWith(problems, "install")}</p>
      ) : null}
    </FormSection>
  );
}
