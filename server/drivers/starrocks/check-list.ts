/**
 * Every question that is asked before a run, before a node and after it came back: docs/preflight.md is this list, printed.
 * `blocks` is never overridden, `needsReason` by a person with a reason, `note` only tells.
 */
import type { Severity } from "#lib/run/check.ts";

export type Listed = {
  readonly title: string;
  /** The first is the usual one; the others where `finds` says so. */
  readonly severity: readonly [Severity, ...Severity[]];
  readonly finds: string;
  readonly remedy: string;
};

const listed = (
  title: string,
  severity: Severity | readonly [Severity, ...Severity[]],
  finds: string,
  remedy: string,
): Listed => ({ title, severity: typeof severity === "string" ? [severity] : severity, finds, remedy });

export const CHECK_LIST = {
  // The cluster as a whole
  "cluster-readable": listed(
    "The cluster can be read",
    "blocks",
    "no FE answers SHOW: wrong password or account, no leader, nobody listening, an answer without its columns",
    "what the FE said, with the line of the configuration or the `GRANT` to correct",
  ),
  "account-rights": listed(
    "The account may do what a run needs",
    "blocks",
    "OPERATE, BLACKLIST or NODE (`cluster_admin`) missing, or granted and not active",
    "`GRANT … TO USER …;` and `SET DEFAULT ROLE ALL TO …;`",
  ),
  "node-listed": listed("The cluster lists it", "blocks", "a step's node is not listed any more", "skip the step"),
  "as-planned": listed(
    "It is as it was planned",
    "blocks",
    "a node that was down when the plan was made, and is up again: its routes and its drain are left out",
    "skip the step and plan the node anew, or stop it by hand first",
  ),
  "others-in-service": listed(
    "Everyone else is in service",
    "blocks",
    "another node is down, leaving, or on an FE's blacklist by hand, such as one that an earlier run left there",
    "its start script, or `DELETE BACKEND BLACKLIST …` with the FE that lists it",
  ),
  "last-serving": listed(
    "Others of its kind serve",
    "blocks",
    "the node is the last of its role and warehouse that serves",
    "bring another of this pool into service, with the statement that adds one",
  ),
  versions: listed(
    "Versions are known and two at most",
    "needsReason",
    "three versions at once, or a node that tells none",
    "finish the upgrade that was begun before, or start what is silent",
  ),
  "version-path": listed(
    "The version may follow",
    ["needsReason", "blocks"],
    "minor versions left out, a build that cannot be ordered, a faulty build; `blocks`: a path that the documents forbid",
    "the version to go by, or to choose",
  ),
  "global-variable": listed(
    "What two versions need beside each other",
    "note",
    "a global variable that the run sets and gives back, and that cannot be read",
    "`SET GLOBAL …`",
  ),
  "no-decommission": listed(
    "No node is being decommissioned",
    "blocks",
    "tablets leave a node for good",
    "`CANCEL DECOMMISSION BACKEND …;` or waiting",
  ),
  "no-schema-change": listed(
    "No table is being changed",
    "needsReason",
    "a schema change, rollup or optimization that has not ended",
    "`CANCEL ALTER TABLE … FROM …;` or waiting",
  ),
  "no-backup": listed(
    "Nothing is backed up or restored",
    "needsReason",
    "a backup or restore that has not ended, or an account without REPOSITORY, which is shown none",
    "`CANCEL BACKUP FROM …;` `CANCEL RESTORE FROM …;` or waiting; `GRANT REPOSITORY ON SYSTEM TO USER …;`",
  ),
  "repair-on": listed(
    "Replicas are repaired",
    "needsReason",
    "`tablet_sched_max_scheduling_tablets` = 0 on an FE: what missed a version while its BE was away stays so, and the next BE may hold the last good replica",
    '`ADMIN SET FRONTEND CONFIG ("tablet_sched_max_scheduling_tablets" = "10000");`',
  ),
  "balance-switches": listed(
    "Balancing is as it usually is",
    "note",
    "balancing was switched off by somebody, on some FE or all: the run leaves it so",
    '`ADMIN SET FRONTEND CONFIG ("…" = "false");` on those FEs',
  ),
  "tablets-healthy": listed(
    "Tablets are healthy",
    "needsReason",
    "tablets that are unhealthy, inconsistent or in error before the run begins",
    "waiting for their repair, and the statement that shows it",
  ),
  "tablets-as-before": listed(
    "Tablets as healthy as at the start",
    "blocks",
    "more bad tablets than when the run began",
    "waiting for their repair",
  ),
  "metadata-image": listed(
    "A fresh image of the metadata",
    ["needsReason", "note"],
    "before the first FE of another version: no image was written since it was asked for",
    "`ALTER SYSTEM CREATE IMAGE`",
  ),
  "fe-clocks": listed(
    "The FEs' clocks agree",
    "blocks",
    "FEs more than 5 s apart: one that starts again is refused by its leader (`max_bdbje_clock_delta_ms`)",
    "`chronyc makestep` on the host that is off",
  ),
  "homes-distinct": listed(
    "Every node has a home of its own",
    "blocks",
    "two nodes of the configuration share host and home",
    "the line under nodes: to correct",
  ),
  "artifacts-agree": listed(
    "Hosts hold the same release",
    "blocks",
    "the release of one role differs between hosts",
    "`rsync -a --delete` from the host that most agree with",
  ),
  // An FE
  quorum: listed(
    "A majority of FEs stays",
    "blocks",
    "without this FE, too few voting FEs would be left to write, and to honour `-g`",
    '`ALTER SYSTEM ADD FOLLOWER "host:9010";` or starting the one that is down',
  ),
  "journal-lag": listed(
    "Followers keep up with the leader",
    "needsReason",
    "an FE far behind the leader's journal, or no leader",
    "waiting, and where to look",
  ),
  "leader-exit": listed(
    "No load runs while the leader hands over",
    ["blocks", "note"],
    "versions whose leader hands over inside its graceful exit, while loads run (#69639); before the run a note",
    "`PAUSE ROUTINE LOAD FOR …;` or `leaderExit: plain`",
  ),
  java: listed(
    "Java is new enough",
    "blocks",
    "the host's Java is older than the target's FE needs, or there is none",
    "installing it before the FE is stopped, and `JAVA_HOME` in fe.conf",
  ),
  // What stands before it; the router's name follows the id
  "router-answers": listed(
    "Its router answers, and may be told",
    "blocks",
    "a router that is silent, a socket without `level admin`, a file of nginx that does not pass its own test",
    "the line of the router's configuration",
  ),
  "router-knows": listed(
    "Its router knows it",
    "blocks",
    "no server of that name in the router",
    "`servers:` of the router in the cluster's configuration",
  ),
  "router-cuts": listed(
    "Its router cuts nothing when a check fails",
    "needsReason",
    "`on-marked-down shutdown-sessions`: what it still answers is cut as soon as it leaves",
    "taking it away, and a reload",
  ),
  "router-detection": listed(
    "How soon its router notices is known",
    "note",
    "no file to read it from, or a server that is not checked",
    "`configFile:` of the router, or `check`",
  ),
  "router-keeps-state": listed(
    "Its router keeps what was set when it is reloaded",
    "note",
    "no `load-server-state-from-file`: a reload lets every node in again, which the run notices and undoes",
    "no reload during a run, or a state file",
  ),
  "router-notices": listed(
    "Its router notices before it stops answering",
    ["needsReason", "note"],
    "a router that takes longer to notice than a leaving FE answers (`min_graceful_exit_time_second`), or nobody knows how long; a note where the router is told first",
    '`ADMIN SET FRONTEND CONFIG ("min_graceful_exit_time_second" = "…");`',
  ),
  // A node
  "host-answers": listed(
    "Its host answers",
    "blocks",
    "nothing says where the node lies, or commands do not run there: no way in, a sudo that asks for a password, no such container",
    "the lines of the configuration, or the sudoers line",
  ),
  "process-seen": listed(
    "Its process is the one that scripts find",
    "blocks",
    "no process in its home, no pid file, or one that names another process",
    "`echo PID > …/bin/be.pid`, or the home to correct",
  ),
  "same-user": listed(
    "Commands run as the node's user",
    "blocks",
    "the process belongs to another user than the commands would run as, or the home cannot be written",
    'the host\'s `prefix: ["sudo", "-n", "-u", "…"]`, or `chown -R`',
  ),
  supervisor: listed(
    "Nothing starts it again by itself",
    ["blocks", "needsReason"],
    "systemd with `Restart=always`, another supervisor, or a container that ends with it; `needsReason`: a unit that restarts only after a failure",
    "a drop-in under /run/systemd/system for as long as the run lasts, and `systemctl daemon-reload`",
  ),
  "files-and-process": listed(
    "It runs what lies in its home",
    "needsReason",
    "the version on disk is not the one that runs, or cannot be told",
    "restarting it, or putting the files back",
  ),
  "data-outside": listed(
    "Data lies outside what is replaced",
    "blocks",
    "`conf`, `storage`, `meta` or `log` inside `bin`, `lib` or the release that a link points at, or links into them; a release without `conf`",
    "`mv` and `ln -s`, for each",
  ),
  "disk-space": listed(
    "There is room for the release",
    "blocks",
    "the disk of the home has less room than the release takes",
    "what may be removed, and how much is missing",
  ),
  leftover: listed(
    "No installation broke off here",
    "note",
    "an installation or a return that has not ended: the next one takes it up",
    "where to look",
  ),
  "host-clock": listed(
    "Its host's clock is right",
    "needsReason",
    "a host more than 5 s off this console: start times would prove nothing",
    "`chronyc makestep` there",
  ),
  "exit-times": listed(
    "Exit times nest",
    "needsReason",
    "own wait, stop script, supervisor and an FE's own limit that end in the wrong order, an exit that does not wait at all, or settings that cannot be read",
    "the setting to change, with its value",
  ),
  "publish-safe": listed(
    "No load runs while it exits",
    ["needsReason", "note"],
    "versions whose graceful exit can leave a version out on a replica while loads run (#62417, fixed in 3.3.19, 3.4.8 and 3.5.6); before the run a note",
    "`PAUSE ROUTINE LOAD FOR …;` and waiting for running loads",
  ),
  "artifact-present": listed(
    "The release lies on its host, whole",
    "blocks",
    "no release of this version and role, one that says another version, one that cannot be read or changed since a console brought it, or no way of installing",
    "where to unpack it, or the console's own package to be brought there",
  ),
  "lone-replicas": listed(
    "Every tablet has another good replica",
    "needsReason",
    "tables that cannot be read while the node is away; or an account that does not see all of them",
    '`ALTER TABLE … SET ("replication_num" = "3");`',
  ),
  "double-replicas": listed(
    "Every table can be loaded into meanwhile",
    "needsReason",
    "tables with two replicas, one of them here",
    '`ALTER TABLE … SET ("replication_num" = "3");` or pausing their loads',
  ),
  // Beside others of its run that are out
  "batch-replicas": listed(
    "Every tablet stays readable beside those that are out",
    "blocks",
    "tablets whose other good replicas all lie on nodes that the run has taken out, or that are down or kept away from",
    "none is needed: it waits until they are back",
  ),
  "batch-loads": listed(
    "Every table can be loaded into beside those that are out",
    "needsReason",
    "tablets that would keep a minority of their replicas",
    "none is needed: it waits until they are back",
  ),
  // After it came back
  serving: listed("It serves again", "blocks", "not Alive, not OK, or not the version that was installed", "its log"),
  "on-the-routes": listed(
    "No FE keeps work away from it",
    "blocks",
    "a MANUAL blacklist entry after it was readmitted",
    "`DELETE BACKEND BLACKLIST …`",
  ),
  health: listed("Its own health check", "blocks", "an FE's `/api/health` that is not 200", "its log"),
} as const satisfies Readonly<Record<string, Listed>>;

export type CheckId = keyof typeof CHECK_LIST;

/** As docs/preflight.md holds it. */
export function checkTable(): string {
  const rows = Object.entries(CHECK_LIST).map(([id, { severity, finds, remedy }]) => {
    const cells = [`\`${id}\``, severity.map((each) => `\`${each}\``).join(", "), finds, remedy];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| id | severity | what it finds | remedy |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
