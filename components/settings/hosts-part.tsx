"use client";
/** The machines where scripts are run. */
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { wrongWith, type HostForm } from "./cluster-form.ts";
import { FormSection } from "./form-section.tsx";
import styles from "./settings.module.css";
import type { PartProps } from "./where-part.tsx";

const css = classesOf(styles);

export function HostsPart({ form, problems, onChange }: PartProps) {
  const set = (index: number, part: Partial<HostForm>): void =>
    onChange({ hosts: form.hosts.map((host, at) => (at === index ? { ...host, ...part } : host)) });
  return (
    <FormSection
      title="Hosts"
      hint="Where stop and start scripts are run. Without any, the cluster is watched and never touched."
    >
      {form.hosts.map((host, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a host is known by its place while its name is typed.
        <div key={index} className={css("line")}>
          <TextField
            label={`Host ${index + 1}`}
            mono
            value={host.name}
            onChange={(name) => set(index, { name })}
            placeholder="local"
            wrong={wrongWith(problems, `hosts[${index}].name`)}
          />
          <TextField
            label={`Before every command on host ${index + 1}`}
            mono
            value={host.prefix}
            onChange={(prefix) => set(index, { prefix })}
            placeholder="sudo -n -u starrocks"
            wrong={wrongWith(problems, `hosts[${index}].prefix`)}
          />
          <Button
            kind="quiet"
            icon="close"
            label={`Take out host ${index + 1}`}
            onPress={() => onChange({ hosts: form.hosts.filter((_, at) => at !== index) })}
          >
            Take out
          </Button>
        </div>
      ))}
      <div>
        <Button
          icon="plus"
          onPress={() =>
            onChange({ hosts: [...form.hosts, { name: form.hosts.length === 0 ? "local" : "", prefix: "", rest: {} }] })
          }
        >
          Add a host
        </Button>
      </div>
    </FormSection>
  );
}
