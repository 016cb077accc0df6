"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ClusterSection } from "#lib/wire/configuration.ts";
import { whyNot } from "#components/data/client.ts";
import { useHeldClusters } from "#components/data/held.ts";
import { removeCluster } from "#components/data/mutations.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { clustersQuery, configurationQuery } from "#components/data/queries.ts";
import { rich } from "#components/language/rich.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { CLUSTERS_PATH } from "#components/shell/place.ts";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";

const css = classesOf(styles);

/** What goes and what stays, and the cluster's name to be typed: it is never the default, and never pressed by habit. */
export function RemoveDialog({ cluster, onClose }: { readonly cluster: ClusterSection; readonly onClose: () => void }) {
  const router = useRouter();
  const cache = useQueryClient();
  const summary = useHeldClusters()?.find(({ id }) => id === cluster.id) ?? null;
  const [typed, setTyped] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const { id, name, revision } = cluster;
  const isTyped = typed === name;
  const mayNot = useWhyNot("configure");
  const locked = mayNot ?? (cluster.held === null ? null : said(cluster.held));
  const remove = async (): Promise<void> => {
    setPending(true);
    const answer = await removeCluster(id, { confirm: typed, revision });
    setPending(false);
    if (!answer.ok) return setRefused(whyNot(answer));
    toast(t("{name} was removed.", { name }));
    onClose();
    router.push(CLUSTERS_PATH);
    await cache.invalidateQueries({ queryKey: configurationQuery().queryKey });
    await cache.invalidateQueries({ queryKey: clustersQuery().queryKey });
  };
  const nodes =
    summary === null
      ? t("its nodes")
      : t("{count, plural, one {# node} other {# nodes}}", { count: summary.nodeCount });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("Remove {cluster} from this console?", { cluster: name })}
      description={
        <>
          {t("Nothing is sent to the cluster: {nodes} run on.", { nodes })}{" "}
          {t(
            "Its section goes from the configuration, with the password that this console keeps for it; it is not watched any more, and no run can start.",
          )}{" "}
          {t("Its runs, reports and audit stay, and so do its curves.")}{" "}
          {rich(msg("To have it again, add it under the id {id}."), { id: <code>{id}</code> })}
        </>
      }
      actions={
        <>
          <Button onPress={onClose}>{t("Keep {name}", { name })}</Button>
          <Button
            kind="destructive"
            pending={pending}
            locked={locked ?? (isTyped ? null : t("Type {name} to remove it.", { name }))}
            onPress={() => void remove()}
          >
            {t("Remove {name}", { name })}
          </Button>
        </>
      }
    >
      <form
        className={css("typed")}
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped && !pending && locked === null) void remove();
        }}
      >
        <TextField
          label={t("Type the cluster's name, {cluster}", { cluster: name })}
          mono
          value={typed}
          onChange={setTyped}
        />
      </form>
      {refused === null ? null : (
        <p role="alert" className={css("alert")}>
          {refused}
        </p>
      )}
    </Dialog>
  );
}
