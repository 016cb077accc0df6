"use client";
import { useHeldCluster, useHeldClusters } from "#components/data/held.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { Icon } from "#components/ui/icon.tsx";
import styles from "./read-only-banner.module.css";

/** Over every screen while the console cannot write its journal: why, and what to do. It asks nothing by itself. */
export function ReadOnlyBanner({ clusterId }: { readonly clusterId: string | null }) {
  const cluster = useHeldCluster(clusterId);
  const all = useHeldClusters();
  const reason =
    cluster === null
      ? all?.find(({ id, readOnly }) => readOnly !== null && (clusterId === null || id === clusterId))?.readOnly
      : cluster.readOnly;
  if (reason === undefined || reason === null) return null;
  const isRemoved = all !== null && clusterId !== null && !all.some(({ id }) => id === clusterId);
  return (
    <p role="status" className={styles["banner"]}>
      <Icon name="warn" size={16} />
      <span>
        <strong>{t(isRemoved ? "Not watched any more." : "Read-only: this console watches and does nothing.")}</strong>{" "}
        {said(reason)}
      </span>
    </p>
  );
}
