"use client";
/** The machines where scripts are run. */
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { THIS_MACHINE, wrongWith, type HostForm } from "./cluster-form.ts";
import { FormSection } from "./form-section.tsx";
import styles from "./settings.module.css";
import type { PartProps } from "./where-part.tsx";

const css = classesOf(styles);

/** A command is a list of words: people type them with blanks between. */
const PREFIX_EXAMPLE = ["sudo", "-n", "-u", "starrocks"].join(" ");
const NEXT_MACHINE: HostForm = { ...THIS_MACHINE, name: "", kind: "ssh" };

export function HostsPart({ form, problems, onChange }: PartProps) {
  const set = (index: number, part: Partial<HostForm>): void =>
    onChange({ hosts: form.hosts.map((host, at) => (at === index ? { ...host, ...part } : host)) });
  return (
    <FormSection
      title={t("Hosts")}
      hint={t(
        "Where stop and start scripts are run: this machine, or others by its own OpenSSH client. Without any, the cluster is watched and never touched.",
      )}
    >
      {form.hosts.map((host, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a host is known by its place while its name is typed.
        <div key={index} className={css("host")}>
          <TextField
            label={t("Host {number}", { number: index + 1 })}
            mono
            value={host.name}
            onChange={(name) => set(index, { name })}
            placeholder="local"
            wrong={wrongWith(problems, `hosts[${index}].name`)}
          />
          <div className={css("choice")}>
            <span className={css("choiceLabel")} aria-hidden>
              {t("Reached")}
            </span>
            <Segmented
              label={t("How host {number} is reached", { number: index + 1 })}
              value={host.kind}
              options={[
                { value: "local", label: t("This machine") },
                { value: "ssh", label: t("By SSH") },
              ]}
              onChange={(kind) => set(index, { kind })}
            />
          </div>
          <TextField
            label={t("Before every command on host {number}", { number: index + 1 })}
            mono
            value={host.prefix}
            onChange={(prefix) => set(index, { prefix })}
            placeholder={PREFIX_EXAMPLE}
            wrong={wrongWith(problems, `hosts[${index}].prefix`)}
          />
          {host.kind === "ssh" ? (
            <TextField
              label={t("Destination of host {number}, as after ssh", { number: index + 1 })}
              mono
              value={host.destination}
              onChange={(destination) => set(index, { destination })}
              placeholder="starrocks@be-01.example.net"
              wrong={wrongWith(problems, `hosts[${index}].destination`)}
            />
          ) : null}
          <Button
            kind="quiet"
            icon="close"
            label={t("Take out host {number}", { number: index + 1 })}
            onPress={() => onChange({ hosts: form.hosts.filter((_, at) => at !== index) })}
          >
            {t("Take out")}
          </Button>
        </div>
      ))}
      <div>
        <Button
          icon="plus"
          onPress={() => onChange({ hosts: [...form.hosts, form.hosts.length === 0 ? THIS_MACHINE : NEXT_MACHINE] })}
        >
          {t("Add a host")}
        </Button>
      </div>
    </FormSection>
  );
}
