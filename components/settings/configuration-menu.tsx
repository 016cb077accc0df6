"use client";
/** The configuration out of the console: as it is in force, secrets as references. */
import { useRouter } from "next/navigation";
import type { ClusterSection, ConfigurationView } from "#lib/wire/configuration.ts";
import { copyText, downloadFile } from "#components/shell/hand-out.ts";
import { settingsPath } from "#components/shell/place.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";

export function ConfigurationMenu({ configuration }: { readonly configuration: ConfigurationView }) {
  const { yaml } = configuration;
  return (
    <MenuButton
      icon="download"
      entries={[
        { key: "download", label: "Download as YAML", onPress: () => downloadFile("sluice.yaml", "text/yaml", yaml) },
        { key: "copy", label: "Copy as YAML", onPress: () => void copyText(yaml, "the configuration as YAML") },
      ]}
    >
      Configuration
    </MenuButton>
  );
}

export function ClusterMenu({
  cluster,
  onRemove,
}: {
  readonly cluster: ClusterSection;
  readonly onRemove: () => void;
}) {
  const router = useRouter();
  const { id, name, yaml } = cluster;
  return (
    <MenuButton
      icon="chevronDown"
      kind="quiet"
      label={`${name}, menu`}
      entries={[
        { key: "settings", label: "Settings…", onPress: () => router.push(settingsPath(id)) },
        {
          key: "download",
          label: "Download as YAML",
          onPress: () => downloadFile(`sluice-${id}.yaml`, "text/yaml", yaml),
        },
        { key: "copy", label: "Copy as YAML", onPress: () => void copyText(yaml, `${name} as YAML`) },
        { key: "remove", label: "Remove…", onPress: onRemove },
      ]}
    >
      Change
    </MenuButton>
  );
}
