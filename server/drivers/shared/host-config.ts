/** What a cluster's section says of the machines where commands run: `hosts:` of every system. */
import { z } from "zod";

export const absolutePath = z.string().regex(/^\//, "Not an absolute path. Write it from the root, as in /opt/app.");

export const argument = z.string().min(1);

const hostName = z.string().min(1).max(100);
/** Put before every command, such as `["sudo", "-u", "starrocks"]` or `["docker", "exec", "be-1"]`. */
const prefix = z.array(argument).default([]);

export const hostConfig = z.discriminatedUnion("kind", [
  z.strictObject({ name: hostName, kind: z.literal("local"), prefix }),
  z.strictObject({
    name: hostName,
    kind: z.literal("ssh"),
    /** As after `ssh`: a name, `user@name`, or a Host of the configuration. Never an option. */
    destination: z
      .string()
      .regex(/^[^\s-]\S{0,252}$/, "Not a destination. Write a host's name, as after ssh: starrocks@be-01.example.net."),
    /** Instead of `~/.ssh/config` of the account that the console runs as. */
    configFile: absolutePath.optional(),
    prefix,
  }),
]);
export type HostConfig = z.infer<typeof hostConfig>;
