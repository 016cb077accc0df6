"use client";
/** What SQL cannot tell: where each node lies. Without it the cluster is watched. */
import { useState } from "react";
import type { FoundNode } from "#lib/wire/configuration.ts";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { useLockedFields } from "#components/ui/locked-fields.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { withHomes, wrongWith, type NodeForm } from "./cluster-form.ts";
import { FormSection } from "./form-section.tsx";
import styles from "./settings.module.css";
import type { PartProps } from "./where-part.tsx";

const css = classesOf(styles);

const ROLES = ["fe", "be", "cn"] as const;
const ROLE_NAMES: Readonly<Record<FoundNode["role"], string>> = { fe: "FE", be: "BE", cn: "CN", server: "server" };

export function NodesPart({ form, problems, onChange }: PartProps) {
  const set = (address: string, part: Partial<NodeForm>): void =>
    onChange({ nodes: form.nodes.map((node) => (node.address === address ? { ...node, ...part } : node)) });
  const homeless = ROLES.filter((role) => form.nodes.some((node) => node.role === role && node.home.trim() === ""));
  return (
    <FormSection
      title={t("Nodes")}
      hint={t(
        "A node with a host and a home can be a step of a run; one without is only watched. The test lists them.",
      )}
    >
      {form.nodes.length === 0 ? (
        <p className={css("soft")}>{t("None is known yet. Test the connection: it finds them.")}</p>
      ) : null}
      {homeless.map((role) => (
        <Homes key={role} role={role} onUse={(home) => onChange(withHomes(form, role, home))} />
      ))}
      {form.nodes.length === 0 ? null : (
        <div className={css("scroll")}>
          <table className={css("nodes")} aria-label={t("Nodes")}>
            <thead>
              <tr>
                <th scope="col">{t("Address")}</th>
                <th scope="col">{t("Name")}</th>
                <th scope="col">{t("Host")}</th>
                <th scope="col">{t("Home")}</th>
              </tr>
            </thead>
            <tbody>
              {form.nodes.map((node) => (
                <NodeLine
                  key={node.address}
                  node={node}
                  problem={wrongWith(problems, `nodes["${node.address}"]`)}
                  onChange={set}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </FormSection>
  );
}

function NodeLine({
  node,
  problem,
  onChange,
}: {
  readonly node: NodeForm;
  readonly problem: string | null;
  readonly onChange: (address: string, part: Partial<NodeForm>) => void;
}) {
  const isLocked = useLockedFields() !== null;
  const field = (key: "name" | "host" | "home", label: string, placeholder: string) => (
    <td>
      <input
        className={css("cell")}
        aria-label={t("{field} of {address}", { field: label, address: node.address })}
        aria-invalid={problem !== null}
        value={node[key]}
        placeholder={isLocked ? undefined : placeholder}
        readOnly={isLocked}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(node.address, { [key]: event.target.value })}
      />
    </td>
  );
  return (
    <>
      <tr>
        <th scope="row" className={css("address")}>
          {node.address}{" "}
          <span className={css("soft")}>
            {node.role === null ? "" : ROLE_NAMES[node.role]} {node.version ?? ""}
          </span>
        </th>
        {field("name", t("Name"), "be-01")}
        {field("host", t("Host"), "local")}
        {field("home", t("Home"), node.role === null ? "/opt/starrocks/be" : `/opt/starrocks/${node.role}`)}
      </tr>
      {problem === null ? null : (
        <tr>
          <td colSpan={4} className={css("wrong")}>
            <HiddenText>{t("{address}: ", { address: node.address })}</HiddenText>
            {problem}
          </td>
        </tr>
      )}
    </>
  );
}

/** A thousand homes are mostly one, three times. */
function Homes({ role, onUse }: { readonly role: FoundNode["role"]; readonly onUse: (home: string) => void }) {
  const [home, setHome] = useState("");
  const name = ROLE_NAMES[role];
  return (
    <div className={css("line")}>
      <TextField
        label={t("Home of every {role} without one", { role: name })}
        mono
        value={home}
        onChange={setHome}
        placeholder={`/opt/starrocks/${role}`}
      />
      <Button locked={home.trim() === "" ? t("Type the folder first.") : null} onPress={() => onUse(home.trim())}>
        {t("Set for every {role}", { role: name })}
      </Button>
    </div>
  );
}
