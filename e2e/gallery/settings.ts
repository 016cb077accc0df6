/** The configuration as the gallery shows it: one cluster of each kind of form, and one that a run holds. */
import { stringify } from "yaml";
import type { ClusterSection, ConfigurationView, Section } from "#lib/wire/configuration.ts";

const STARROCKS: Section = {
  id: "quiet",
  name: "quiet",
  system: "starrocks",
  frontends: ["10.20.4.11:9030", "10.20.4.12:9030"],
  account: { user: "sluice", password: "file:/run/credentials/sluice.service/db-password" },
  hosts: [
    { name: "local", kind: "local" },
    { name: "be-1", kind: "ssh", destination: "starrocks@be-1.example.net" },
  ],
  nodes: {
    "10.20.4.21:9050": { name: "be-01", host: "be-1", home: "/opt/starrocks/be" },
    "10.20.4.22:9050": { name: "be-02", host: "local", home: "/opt/starrocks/be" },
  },
  install: { strategy: "swap", artifacts: "/srv/starrocks" },
};
const PROCESSES: Section = {
  id: "drain",
  name: "drain",
  system: "process",
  hosts: [{ name: "local", kind: "local" }],
  nodes: [{ name: "web-1", host: "local", address: "127.0.0.1:8081" }],
};

export function galleryConfiguration(): ConfigurationView {
  const clusters = [
    shown(STARROCKS, null),
    shown(PROCESSES, "Run r-1 (upgrade) of drain has not ended. Let it end, or abort it."),
  ];
  return {
    file: "/etc/sluice/sluice.yaml",
    readOnly: null,
    problems: [],
    restart: null,
    yaml: stringify({ clusters: [STARROCKS, PROCESSES] }),
    clusters,
    leaving: [],
    removed: [{ id: "lake-2024", runCount: 12 }],
  };
}

function shown(section: Section, held: string | null): ClusterSection {
  const id = String(section["id"]);
  return { id, name: id, section, yaml: stringify(section), revision: "1", waiting: null, held };
}
