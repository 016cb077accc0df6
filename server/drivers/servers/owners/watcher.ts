import type { ProcHabits } from "../proc.ts";

/** Somebody else who started this process and watches it: an exit that they did not order, they undo. */
export function watcherOf({ cgroup, parentArgs }: Pick<ProcHabits, "cgroup" | "parentArgs">): string | null {
  if (/^PM2 v\S+: God Daemon/.test(parentArgs)) return "PM2, whose daemon is its parent";
  const unit = /\/([^/\s]+\.service)(?:[/\s]|$)/.exec(cgroup)?.[1];
  // Logins and containers are services too, and start nothing again.
  if (unit === undefined || /^(user@\d+|sshd?|docker|containerd|crond?|sluice)\.service$/.test(unit)) return null;
  return `systemd, as ${unit}`;
}
