"use client";
/** The configuration out of the console: as it is in force, secrets as references. */
import { useRouter } from "next/navigation";
import type { ClusterSection, ConfigurationView } from "#lib/wire/configuration.ts";
import { t } from "#components/language/t.ts";
import { copyText, downloadFile } from "#components/shell/hand-out.ts";
import { settingsPath } from "#components/shell/place.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";

export function ConfigurationMenu({ configuration }: { readonly configuration: ConfigurationView }) {
  const { yaml } = configuration;
  return (
    <MenuButton
      icon="download"
      entries={[
        {
          key: "download",
          label: t("Download as YAML"),
          onPress: () => downloadFile("sluice.yaml", "text/yaml", yaml),
        },
        { key: "copy", label: t("Copy as YAML"), onPress: () => void copyText(yaml, t("the configuration as YAML")) },
      ]}
    >
      {t("Configuration")}
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
      label={t("Change {name}", { name })}
      entries={[
        { key: "settings", label: t("Settings…"), onPress: () => router.push(settingsPath(id)) },
        {
          key: "download",
          label: t("Download as YAML"),
          onPress: () => downloadFile(`sluice-${id}.yaml`, "text/yaml", yaml),
        },
        { key: "copy", label: t("Copy as YAML"), onPress: () => void copyText(yaml, t("{name} as YAML", { name })) },
        { key: "remove", label: t("Remove…"), onPress: onRemove },
      ]}
    >
      {t("Change")}
    </MenuButton>
  );
}
