"use client";
/** What SQL cannot tell: the hosts where commands run, and where each node lies there. Without it the cluster is watched. */
import { useState } from "react";
import type { FoundNode } from "#lib/wire/configuration.ts";
import { Button } from "#components/ui/button.tsx";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { withHomes, wrongWith, type HostForm, type InstallForm, type NodeForm, type Strategy } from "./cluster-form.ts";
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

const ROLES = ["fe", "be", "cn"] as const;
const ROLE_NAMES: Readonly<Record<FoundNode["role"], string>> = { fe: "FE", be: "BE", cn: "CN" };

export function NodesPart({ form, problems, onChange }: PartProps) {
  const set = (address: string, part: Partial<NodeForm>): void =>
    onChange({ nodes: form.nodes.map((node) => (node.address === address ? { ...node, ...part } : node)) });
  const homeless = ROLES.filter((role) => form.nodes.some((node) => node.role === role && node.home.trim() === ""));
  return (
    <FormSection
      title="Nodes"
      hint="A node with a host and a home can be a step of a run; one without is only watched. The test lists them."
    >
      {form.nodes.length === 0 ? (
        <p className={css("soft")}>None is known yet. Test the connection: it finds them.</p>
      ) : null}
      {homeless.map((role) => (
        <Homes key={role} role={role} onUse={(home) => onChange(withHomes(form, role, home))} />
      ))}
      {form.nodes.length === 0 ? null : (
        <div className={css("scroll")}>
          <table className={css("nodes")} aria-label="Nodes">
            <thead>
              <tr>
                <th scope="col">Address</th>
                <th scope="col">Name</th>
                <th scope="col">Host</th>
                <th scope="col">Home</th>
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
  const field = (key: "name" | "host" | "home", label: string, placeholder: string) => (
    <td>
      <input
        className={css("cell")}
        aria-label={`${label} of ${node.address}`}
        aria-invalid={problem !== null}
        value={node[key]}
        placeholder={placeholder}
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
        {field("name", "Name", "be-01")}
        {field("host", "Host", "local")}
        {field("home", "Home", node.role === null ? "/opt/starrocks/be" : `/opt/starrocks/${node.role}`)}
      </tr>
      {problem === null ? null : (
        <tr>
          <td colSpan={4} className={css("wrong")}>
            <HiddenText>{node.address}: </HiddenText>
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
        label={`Home of every ${name} without one`}
        mono
        value={home}
        onChange={setHome}
        placeholder={`/opt/starrocks/${role}`}
      />
      <Button locked={home.trim() === "" ? "Type the folder first." : null} onPress={() => onUse(home.trim())}>
        Set for every {name}
      </Button>
    </div>
  );
}

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
