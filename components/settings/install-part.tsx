"use client";
/** How another version gets onto a host. */
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
  { value: "none", label: "Not from here" },
  { value: "swap", label: "Swap files" },
  { value: "symlink", label: "Flip a link" },
  { value: "command", label: "Own command" },
  { value: "manual", label: "By hand" },
];

const HINTS: Readonly<Record<Strategy, string>> = {
  none: "Runs can restart, stop and drain. An upgrade needs one of the others.",
  swap: "The documented way: lib and bin are replaced, the old ones kept. The folder holds <version>/{fe,be,cn}.",
  symlink: "Release directories, and one link a node that points at the one in use.",
  command: "Words without a shell; {version}, {node}, {role} and {home} are filled in.",
  manual: "A person does it; the console waits until the version script says so.",
};

export function InstallPart({ form, problems, onChange }: PartProps) {
  const { install } = form;
  const set = (part: Partial<InstallForm>): void => onChange({ install: { ...install, ...part } });
  const wrong = (key: string): string | null => wrongWith(problems, `install.${key}`);
  return (
    <FormSection title="Another version" hint={HINTS[install.strategy]}>
      <div className={css("choice")}>
        <Segmented
          label="How another version gets onto a host"
          value={install.strategy}
          options={STRATEGIES}
          onChange={(strategy) => set({ strategy })}
        />
      </div>
      {install.strategy === "swap" || install.strategy === "symlink" ? (
        <TextField
          label="Folder of the releases on each host"
          mono
          value={install.folder}
          onChange={(folder) => set({ folder })}
          placeholder="/srv/starrocks"
          wrong={wrong(install.strategy === "swap" ? "artifacts" : "releases")}
        />
      ) : null}
      {install.strategy === "symlink" ? (
        <TextField
          label="Link in each home"
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
            label="Command"
            mono
            value={install.argv}
            onChange={(argv) => set({ argv })}
            placeholder="/opt/ops/install {version} {role} {home}"
            wrong={wrong("argv")}
          />
          <TextField
            label="Command that brings the version before back, if there is one"
            mono
            value={install.restore}
            onChange={(restore) => set({ restore })}
            wrong={wrong("restore")}
          />
        </>
      ) : null}
      {install.strategy === "command" || install.strategy === "manual" ? (
        <TextArea
          label="Versions, one a line"
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
