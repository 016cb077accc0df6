"use client";
import type { SectionProblem } from "#lib/wire/configuration.ts";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { wrongWith, type ClusterForm } from "./cluster-form.ts";
import { FormSection } from "./form-section.tsx";

export type PartProps = {
  readonly form: ClusterForm;
  readonly problems: readonly SectionProblem[];
  readonly onChange: (part: Partial<ClusterForm>) => void;
};

export function WherePart({
  form,
  problems,
  onChange,
  isNew,
  onName,
  past,
}: PartProps & {
  readonly isNew: boolean;
  readonly onName: (name: string) => void;
  /** Runs that the journal has under this id; null: none. */
  readonly past: number | null;
}) {
  const pastHint =
    past === null
      ? "Stands in addresses and in the journal, and never changes."
      : `The journal has ${past} runs under this id: they are taken up again.`;
  return (
    <FormSection title="Where it is" hint="One front end is enough: the others, and all nodes, are discovered.">
      <TextField
        label="Name"
        value={form.name}
        onChange={onName}
        placeholder="Production"
        wrong={wrongWith(problems, "name")}
      />
      {isNew ? (
        <TextField
          label="Id"
          mono
          value={form.id}
          onChange={(id) => onChange({ id })}
          placeholder="production"
          hint={pastHint}
          wrong={wrongWith(problems, "id")}
        />
      ) : null}
      <TextArea
        label="Front ends, one a line"
        value={form.frontends}
        onChange={(frontends) => onChange({ frontends })}
        placeholder="10.20.4.11:9030"
        hint="Host and query port, as the MySQL client would connect."
        wrong={wrongWith(problems, "frontends")}
      />
    </FormSection>
  );
}
