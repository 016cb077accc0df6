/** When a node's files were replaced, as the file system itself tells it. */
import { watch } from "node:fs";
import type { Twin } from "#twin/harness.ts";

export type FileWatch = {
  /** When `lib` was first replaced; null when it never was. */
  replacedAtMs(node: string): number | null;
  stop(): void;
};

export function watchFiles(twin: Twin): FileWatch {
  const replaced = new Map<string, number>();
  const watchers = twin.nodes.map(({ name, home }) =>
    watch(home, (kind, file) => {
      if (kind === "rename" && file === "lib" && !replaced.has(name)) replaced.set(name, Date.now());
    }),
  );
  return {
    replacedAtMs: (node) => replaced.get(node) ?? null,
    stop() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
