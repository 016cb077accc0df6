import type { OwnerConfig } from "../config.ts";
import type { Owner } from "../owner.ts";
import type { Hand } from "../proc.ts";
import { createCommandOwner } from "./command.ts";
import { createPm2Owner } from "./pm2.ts";
import { Pm2Daemon } from "./pm2-daemon.ts";
import { createSignalOwner } from "./signal.ts";
import { createSystemdOwner } from "./systemd.ts";

/** Owners of one cluster: the apps of one PM2 daemon share its list. */
export function createOwners(): (config: OwnerConfig, hand: Hand) => Owner {
  const daemons = new Map<string, Pm2Daemon>();
  return (config, hand) => {
    switch (config.kind) {
      case "signal":
        return createSignalOwner(config, hand);
      case "systemd":
        return createSystemdOwner(config, hand);
      case "pm2": {
        const { host } = hand.place;
        const key = JSON.stringify([host.name, config.pm2Home, config.pm2]);
        const daemon = daemons.get(key) ?? new Pm2Daemon(host, hand.world.clock, config.pm2Home, config.pm2);
        daemons.set(key, daemon);
        return createPm2Owner(config, daemon, hand);
      }
      case "command":
        return createCommandOwner(config, hand);
      default:
        return config satisfies never;
    }
  };
}
