"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState, type KeyboardEvent } from "react";
import { runName } from "#lib/run/run-id.ts";
import { servingOf } from "#components/cluster/serving-of.ts";
import { useHeldCluster } from "#components/data/held.ts";
import { clustersQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { useShortcutStore } from "#components/stores/shortcuts.ts";
import { classesOf } from "#components/ui/css.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { shownKeys } from "./keyboard.ts";
import { matching, type Command } from "./matching.ts";
import { ACCOUNTS_PATH, CLUSTERS_PATH, CONSOLE_AUDIT_PATH, nodePath, pathOf, runPath } from "./place.ts";
import styles from "./command-palette.module.css";

const css = classesOf(styles);

/** Find a node, run or cluster, or do what the screen's keys do. */
export function CommandPalette({
  open,
  onClose,
  clusterId,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly clusterId: string | null;
}) {
  return (
    <Dialog open={open} onClose={onClose} title={t("Find or run")}>
      {open ? <Finder onClose={onClose} clusterId={clusterId} /> : null}
    </Dialog>
  );
}

function Finder({ onClose, clusterId }: { readonly onClose: () => void; readonly clusterId: string | null }) {
  const listId = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = matching(useCommands(clusterId), text);
  const current = Math.min(chosen, found.length - 1);
  const run = (command: Command | undefined): void => {
    if (command === undefined || command.locked !== null) return;
    onClose();
    command.act();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setChosen(Math.min(current + 1, found.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(current - 1, 0));
    else if (event.key === "Enter") run(found[current]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className={css("input")}
        role="combobox"
        aria-label={t("Find or run")}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[current] === undefined ? undefined : `${listId}-${current}`}
        placeholder={t("Node, run, cluster or act")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={pressed}
      />
      <div id={listId} role="listbox" aria-label={t("Found")} className={css("list")}>
        {found.map((command, index) => (
          <div
            key={command.key}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            aria-disabled={command.locked !== null}
            className={css("option", index === current && "current", command.locked !== null && "locked")}
            onClick={() => run(command)}
            onKeyDown={pressed}
          >
            <span>{command.label}</span>
            <span className={css("note")}>{command.locked ?? command.note}</span>
            {command.keys === null ? null : <Kbd>{shownKeys(command.keys)}</Kbd>}
          </div>
        ))}
        {found.length === 0 ? <p className={css("none")}>{t("Nothing is called that.")}</p> : null}
      </div>
    </>
  );
}

/** Of no cluster, and without a key of their own. */
const SCREENS = [
  { path: CLUSTERS_PATH, label: msg("All clusters") },
  { path: ACCOUNTS_PATH, label: msg("Accounts") },
  { path: CONSOLE_AUDIT_PATH, label: msg("Audit of the console") },
] as const;

function useCommands(clusterId: string | null): readonly Command[] {
  const router = useRouter();
  const shortcuts = useShortcutStore((state) => state.shortcuts);
  const clusters = useQuery(clustersQuery()).data ?? [];
  const cluster = useHeldCluster(clusterId);
  const go = (path: string) => (): void => router.push(path);
  return [
    ...shortcuts
      .filter((each) => each.keys !== "ctrl+k")
      .map((each) => ({ key: each.keys, note: "", locked: null, ...each })),
    ...Object.values(cluster?.nodes ?? {}).map(({ node }) => ({
      key: `node ${node.id}`,
      label: node.id,
      note: node.address,
      keys: null,
      locked: null,
      act: go(nodePath(cluster?.id ?? "", node.id)),
    })),
    ...(cluster?.runs ?? []).map((run) => ({
      key: `run ${run.id}`,
      label: t("Run {run}", { run: runName(run.id) }),
      note: run.endedAtMs === null ? t("{kind}, under way", { kind: said(run.kind) }) : said(run.kind),
      keys: null,
      locked: null,
      act: go(runPath(run.id)),
    })),
    ...clusters.map((each) => ({
      key: `cluster ${each.id}`,
      label: each.name,
      note: servingOf(each),
      keys: null,
      locked: null,
      act: go(pathOf(each.id, "nodes")),
    })),
    ...SCREENS.map(({ path, label }) => ({
      key: `screen ${path}`,
      label: t(label),
      note: "",
      keys: null,
      locked: null,
      act: go(path),
    })),
  ];
}
