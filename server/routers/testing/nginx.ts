/** A real nginx on loopback, unprivileged, with its upstream in a file of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnEndedWithUs } from "./ended-with-us.ts";
import { freePorts, until } from "#server/testing/ports.ts";

export const NGINX = "/usr/sbin/nginx";

export function whatNginxLacks(): string | null {
  return existsSync(NGINX) && spawnSync(NGINX, ["-v"]).error === undefined
    ? null
    : "nginx is not there; install nginx-light";
}

export type Nginx = {
  readonly port: number;
  /** The file that holds the upstream. */
  readonly file: string;
  readonly configFile: string;
  readonly pidFile: string;
  readonly folder: string;
  stop(): Promise<void>;
};

/** `upstream` is the whole block, with its comments: what a person would have written. */
export async function startNginx(upstream: string, name = "web"): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const [port = 0] = await freePorts(1);
  const [file, configFile, pidFile] = ["upstreams.conf", "nginx.conf", "nginx.pid"].map((each) => join(folder, each));
  if (file === undefined || configFile === undefined || pidFile === undefined) throw new Error("no files");
  writeFileSync(file, upstream);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const config = `
daemon off;
worker_processes 2;
pid ${pidFile};
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
${paths.map((path) => `  ${path}_temp_path ${folder}/${path};`).join("\n")}
  include ${folder}/up*.conf;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://${name}; }
  }
}
`;
  writeFileSync(configFile, config);
  const child = spawnEndedWithUs([NGINX, "-c", configFile, "-p", folder]);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  await until("nginx answers", async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`);
    if (!existsSync(pidFile) || readFileSync(pidFile, "utf8").trim() === "") return false;
    return await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  });
  return {
    port,
    file,
    configFile,
    pidFile,
    folder,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
