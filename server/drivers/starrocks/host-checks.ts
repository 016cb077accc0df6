/** What must hold on a node's host before it is stopped there: by one look at it, and no guess. */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { javaMajor, type HostFacts } from "./host-facts.ts";
import type { Place } from "./place.ts";
import type { StarRocksNode } from "./topology.ts";
import { javaNeeded } from "./version-path.ts";

/** The one answer without which there is no other: then nothing else is asked of that host. */
export function hostAnswers(
  node: StarRocksNode,
  place: Answer<Place>,
  facts: Answer<HostFacts> | null,
  prefix: readonly string[],
): Check {
  const question = ask("host-answers", node.id);
  if (!place.ok) {
    const remedy = `nodes: { "${node.address}": { name: …, host: …, home: /opt/starrocks/${node.role} } } in the cluster's configuration.`;
    return fails(question, place.why, remedy);
  }
  const { host, home } = place.value;
  if (facts === null) return unknown(question, `${host.name} was not asked`, `Look at the host ${host.name}.`);
  if (facts.ok)
    return passes(question, `${host.name} answers as ${facts.value.user.name}; ${home} is ${facts.value.homeOwner}'s`);
  return unknown(question, `${host.name}: ${facts.why}`, wayIn(host.name, facts.why, prefix));
}

const SUDOERS = "echo 'sluice ALL=(starrocks) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/sluice";

function wayIn(host: string, why: string, prefix: readonly string[]): string {
  // Where there is a terminal it asks there, and waits.
  const asks = prefix[0]?.endsWith("sudo") === true && !prefix.includes("-n");
  if (asks || /password is required|terminal is required|no tty present|askpass/i.test(why))
    return `Let ${host}'s prefix run without a password: ${SUDOERS}; and write the prefix with -n: ["sudo", "-n", "-u", "starrocks"].`;
  if (/may not run sudo|not in the sudoers/i.test(why)) return `${SUDOERS} on ${host}.`;
  if (/host key/i.test(why))
    return `Compare the key on ${host} itself; then confirm it in the cluster's settings, where the connection is tested.`;
  return `Run the host's prefix by hand with "true" after it, and correct hosts: { name: ${host}, prefix: … } in the configuration.`;
}

export function hostChecks(
  node: StarRocksNode,
  place: Place,
  targetVersion: string | null,
  facts: HostFacts,
): readonly Check[] {
  return [
    sameUser(node, place, facts),
    supervisor(node, facts),
    ...(targetVersion === null ? [] : [dataOutside(node, place, facts), diskSpace(node, place, facts)]),
    ...(targetVersion !== null && node.role === "fe" ? [java(node, place, facts, targetVersion)] : []),
    leftover(node, place, facts),
    hostClock(node, place, facts),
  ];
}

function sameUser(node: StarRocksNode, place: Place, { user, processUser, writable, homeOwner }: HostFacts): Check {
  const question = ask("same-user", node.id);
  const host = place.host.name;
  if (processUser !== null && processUser.uid !== user.uid) {
    const words = `${node.id} runs as ${processUser.name}, and commands on ${host} run as ${user.name}: started by them, it would be ${user.name}'s, with its files`;
    const remedy = `hosts: { name: ${host}, prefix: ["sudo", "-n", "-u", "${processUser.name}"] }, or docker exec -u ${processUser.name}.`;
    return fails(question, words, remedy);
  }
  if (!writable) {
    const words = `${user.name} cannot write to ${place.home} (${homeOwner}'s) on ${host}, or not move what lies in it`;
    return fails(question, words, `chown -R ${(processUser ?? user).name} ${place.home}`);
  }
  return passes(question, `${user.name}, who may write to ${place.home}`);
}

const MINDERS = new Set(["supervisord", "runsv", "s6-supervise", "supervise", "monit", "circusd", "pm2"]);
/** A graceful exit ends well: these restart nothing after it, and everything after a kill. */
const AFTER_FAILURE = new Set(["on-failure", "on-abnormal", "on-abort", "on-watchdog"]);

function supervisor(node: StarRocksNode, { unit, parent, isFirst }: HostFacts): Check {
  const question = ask("supervisor", node.id);
  if (isFirst) {
    const words = `${node.id} is the first process of its container: stopped, it takes the container with it`;
    return fails(
      question,
      words,
      "Run it under an init (docker run --init, tini), or let what manages the container upgrade it.",
    );
  }
  if (MINDERS.has(parent)) {
    const stop = parent === "supervisord" ? "supervisorctl stop …, and autorestart=false" : `the same of ${parent}`;
    return fails(
      question,
      `${parent} started ${node.id}, and would start it again as soon as it ends`,
      `Take it out of ${parent}'s hands for the run: ${stop}.`,
    );
  }
  if (unit === null) return passes(question, "nothing that starts it again was found");
  const dropIn = `/run/systemd/system/${unit.name}.d`;
  const remedy = `mkdir -p ${dropIn} && printf '[Service]\\nRestart=no\\n' > ${dropIn}/sluice.conf && systemctl daemon-reload; after the run rm -r ${dropIn} && systemctl daemon-reload`;
  const words = `systemd's ${unit.name} has Restart=${unit.restart}`;
  if (unit.restart === "always" || unit.restart === "on-success")
    return fails(question, `${words}: it would start the old version while the new one is put in place`, remedy);
  if (AFTER_FAILURE.has(unit.restart)) {
    return fails(
      ask("supervisor", node.id, { severity: "needsReason" }),
      `${words}: it would start it again after a kill`,
      remedy,
    );
  }
  return passes(
    question,
    `${words}; started by its script, it runs outside the unit until systemctl start ${unit.name}`,
  );
}

/** systemd's own limit counts where somebody stops the unit meanwhile: it kills what still waits for its work. */
export function supervisorLimit(
  step: PlannedStep,
  facts: HostFacts | null,
): { readonly words: string; readonly remedy: string } | null {
  const unit = facts?.unit ?? null;
  const limitS = step.exitLimitMs === null ? null : step.exitLimitMs / 1000;
  if (unit === null || unit.stopLimitS === null || limitS === null || unit.stopLimitS >= limitS) return null;
  const dropIn = `/run/systemd/system/${unit.name}.d`;
  return {
    words: `its stop script may wait ${limitS} s, and systemd's ${unit.name} kills it after ${unit.stopLimitS} s`,
    remedy: `mkdir -p ${dropIn} && printf '[Service]\\nTimeoutStopSec=${limitS + 30}\\n' > ${dropIn}/limit.conf && systemctl daemon-reload`,
  };
}

function dataOutside(node: StarRocksNode, place: Place, { replaced, kept, releaseHasConf }: HostFacts): Check {
  const question = ask("data-outside", node.id);
  const inside = kept.flatMap(({ name, path }) => {
    const by = replaced.find((part) => path === part.path || path.startsWith(`${part.path}/`));
    return by === undefined ? [] : [{ name, path, by }];
  });
  if (inside.length > 0) {
    const words = inside.map(
      ({ name, path, by }) => `${name} is ${path}, inside ${by.name === "release" ? "the release" : by.name}`,
    );
    const moves = inside.map(
      ({ name, path }) => `mv ${path} ${outside(place, name)} && ln -s ${outside(place, name)} ${path}`,
    );
    const settings = inside
      .filter(({ name }) => /_|DIR/.test(name))
      .map(({ name }) => `${name} = ${outside(place, name)}`);
    const remedy = [
      ...moves.filter((_, index) => !/_|DIR/.test(inside[index]?.name ?? "")),
      ...(settings.length === 0 ? [] : [`in conf/${node.role}.conf: ${settings.join("; ")}`]),
    ];
    return fails(question, `${list(words)}: it would go with it`, `While ${node.id} is stopped: ${remedy.join("; ")}.`);
  }
  if (releaseHasConf === false) {
    const words = `the release that the link will point at has no conf/${node.role}.conf: ${node.id} would not start`;
    return fails(question, words, `ln -s ${place.home}/conf <the release>/conf`);
  }
  const seen = kept.map(({ name }) => name);
  return passes(
    question,
    `${list([...new Set(seen)]) || "nothing"} lies outside ${list(replaced.map(({ name }) => name))}`,
  );
}

function outside(place: Place, name: string): string {
  const names: Readonly<Record<string, string>> = {
    storage_root_path: "storage",
    meta_dir: "meta",
    sys_log_dir: "log",
    LOG_DIR: "log",
    PID_DIR: "run",
  };
  return `${place.home}/${names[name] ?? name}`;
}

function diskSpace(node: StarRocksNode, place: Place, { freeKb, neededKb }: HostFacts): Check {
  const question = ask("disk-space", node.id);
  if (neededKb === null) return passes(question, "this way of installing copies nothing");
  const megabytes = (kb: number): string => `${Math.ceil(kb / 1024)} MB`;
  if (freeKb === null)
    return unknown(question, `df ${place.home} told nothing`, `df -Pk ${place.home} on ${place.host.name}.`);
  const words = `the release takes ${megabytes(neededKb)}, and ${place.home} has ${megabytes(freeKb)}`;
  // What is replaced stays beside it until the run is finished.
  if (freeKb >= neededKb * 1.05) return passes(question, words);
  const missing = megabytes(neededKb * 1.05 - freeKb);
  return fails(
    question,
    words,
    `Free ${missing} more on ${place.host.name}: old releases and logs, such as du -sh ${place.dir}/log ${place.home}/.sluice/kept.`,
  );
}

function java(node: StarRocksNode, place: Place, { java: found }: HostFacts, target: string): Check {
  const question = ask("java", node.id);
  const needed = javaNeeded(target);
  const remedy = `Install JDK ${needed} on ${place.host.name} before ${node.id} is stopped, and write JAVA_HOME = /usr/lib/jvm/java-${needed}-openjdk into ${place.dir}/conf/fe.conf.`;
  if (found === null)
    return fails(question, `no java was found on ${place.host.name}; an FE of ${target} needs ${needed}`, remedy);
  const major = javaMajor(found.says);
  if (major === null) return unknown(question, `${found.home} says "${found.says}"`, remedy);
  const words = `${found.home} is Java ${major}; an FE of ${target} needs ${needed}`;
  return major >= needed ? passes(question, words) : fails(question, words, remedy);
}

function leftover(node: StarRocksNode, place: Place, facts: HostFacts): Check {
  const question = ask("leftover", node.id);
  if (facts.leftover === null) return passes(question, "none");
  const words = `${facts.leftover.replace(" ", " of ")} began in ${place.home} and did not end`;
  return fails(
    question,
    words,
    `ls ${place.home}/.sluice/kept on ${place.host.name}: the version before lies there. The next installation takes it up.`,
  );
}

const CLOCK_MS = 5000;

function hostClock(node: StarRocksNode, place: Place, { aheadMs, unsureMs }: HostFacts): Check {
  const question = ask("host-clock", node.id);
  const remedy = `chronyc makestep on ${place.host.name}; timedatectl set-ntp true keeps it right.`;
  if (aheadMs === null) return unknown(question, `${place.host.name} tells no time`, remedy);
  const words = `${place.host.name} is ${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead of"} this console`;
  return Math.abs(aheadMs) - unsureMs > CLOCK_MS ? fails(question, words, remedy) : passes(question, words);
}

/** What lies on disk is what a start would run, whatever runs now. */
export function filesAndProcess(node: StarRocksNode, place: Place, onDisk: Answer<string> | null): Check {
  const question = ask("files-and-process", node.id);
  const running = node.version;
  if (onDisk === null || running === null || !node.alive)
    return passes(question, "nothing runs that could differ, or nothing is told without running it");
  if (!onDisk.ok) {
    return unknown(
      question,
      `which version lies in ${place.dir}: ${onDisk.why}`,
      `Look at ${place.dir}/lib on ${place.host.name}.`,
    );
  }
  if (isVersion(running, onDisk.value)) return passes(question, `${running} runs, and lies in ${place.dir}`);
  const words = `${running} runs, and ${onDisk.value} lies in ${place.dir}: somebody replaced files under it`;
  return fails(
    question,
    words,
    `Put ${running} back into ${place.dir}, or restart ${node.id} on ${onDisk.value} first: ${place.dir}/bin/stop_${node.role}.sh -g; ${place.dir}/bin/start_${node.role}.sh --daemon`,
  );
}
