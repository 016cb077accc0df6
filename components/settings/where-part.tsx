"use client";
import type { SectionProblem } from "#lib/wire/configuration.ts";
import { t } from "#components/language/t.ts";
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
      ? t("Stands in addresses and in the journal, and never changes.")
      : t("The journal has {past} runs under this id: they are taken up again.", { past });
  return (
    <FormSection
      title={t("Where it is")}
      hint={t("One front end is enough: the others, and all nodes, are discovered.")}
    >
      <TextField
        label={t("Name")}
        value={form.name}
        onChange={onName}
        placeholder={t("Production")}
        wrong={wrongWith(problems, "name")}
      />
      {isNew ? (
        <TextField
          label={t("Id")}
          mono
          value={form.id}
          onChange={(id) => onChange({ id })}
          placeholder="production"
          hint={pastHint}
          wrong={wrongWith(problems, "id")}
        />
      ) : null}
      <TextArea
        label={t("Front ends, one a line")}
        value={form.frontends}
        onChange={(frontends) => onChange({ frontends })}
        placeholder="10.20.4.11:9030"
        hint={t("Host and query port, as the MySQL client would connect.")}
        wrong={wrongWith(problems, "frontends")}
      />
    </FormSection>
  );
}
