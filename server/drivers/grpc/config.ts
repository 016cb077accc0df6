/** A cluster of gRPC servers, as the YAML file describes it. A reference with an example: docs/systems/grpc.md. */
import { z } from "zod";
import { serverNodeShape, serversShape, whatFitsTogether } from "../servers/config.ts";
import { absolutePath } from "../shared/host-config.ts";

const address = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'Not an address. Write host:port, as in "10.0.0.7:9090".');

const webAddress = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  message: 'Not a web address. Write the page with the counters, as in "http://10.0.0.7:9100/metrics".',
});

const node = z
  .strictObject({
    ...serverNodeShape,
    /** A port of the same process with channelz on it: RPCs in flight are counted there, to the end of a drain. */
    admin: address.optional(),
    /** Or its page of Prometheus counters. */
    metrics: webAddress.optional(),
  })
  .refine(({ admin, metrics }) => admin === undefined || metrics === undefined, {
    error: "Two sources for one count. Give admin or metrics, whichever stays open until the process ends.",
  })
  .refine(({ address, admin }) => admin !== address, {
    error: "Not another port. A server that drains refuses connections: give admin a port of its own.",
    path: ["admin"],
  });

const tls = z
  .strictObject({
    /** PEM files on the console's machine. Without `ca` the machine's own roots are trusted. */
    ca: absolutePath.optional(),
    cert: absolutePath.optional(),
    key: absolutePath.optional(),
    serverName: z.string().min(1).optional(),
    /** The port under `admin` speaks TLS too. */
    admin: z.boolean().default(false),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: "A certificate goes with its key. Give both, or neither.",
  });

export const grpcConfig = z
  .strictObject({
    ...serversShape,
    system: z.literal("grpc"),
    nodes: z.array(node).min(1, "No node is named. Give each server of the service."),
    /** What must be SERVING; `""` is the server as a whole. */
    services: z.array(z.string().max(200)).min(1).default([""]),
    /**
     * How the clients learn that a server leaves: by GOAWAY alone, by health that they ask for themselves (gRFC A17), or not
     * at all, since a router stands before it.
     */
    clients: z.enum(["byGoaway", "healthChecked", "behindRouter"]).default("byGoaway"),
    tls: tls.optional(),
  })
  .superRefine(whatFitsTogether, { when: () => true });

export type GrpcConfig = z.infer<typeof grpcConfig>;
export type GrpcNodeConfig = z.infer<typeof node>;
