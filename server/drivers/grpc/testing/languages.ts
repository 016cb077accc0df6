/**
 * The servers in five languages: what each needs on this machine, how it is built (once, into the cache, under the name
 * of what it was built from), and how it is run.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type Language = {
  readonly name: "Node" | "Python" | "Go" | "Java" | "C++";
  /** Why it cannot be tried here, with the Debian package that would help; null when it can. */
  readonly lacking: string | null;
  /**
   * What becomes of a call that crosses the GOAWAY on the wire. The C core (C++, Python; seen with 1.51) rejects it with
   * CANCELLED, so that its clients need a retry policy; the others leave it untouched, and gRPC sends it elsewhere.
   */
  readonly crossing: "sentElsewhere" | "rejected";
  /** Builds it if it is not built yet, which may take a minute. */
  readonly prepare: () => readonly string[];
};

const folder = join(import.meta.dirname, "servers");
const cache = join(dirname(fileURLToPath(import.meta.resolve("vitest/package.json"))), "../.cache/grpc-servers");
const JAVA = "/usr/share/java";
const JARS = [
  ...["api", "context", "core", "netty", "protobuf", "protobuf-lite", "stub"].map((part) => `grpc-${part}`),
  ...["buffer", "codec", "codec-http", "codec-http2", "common", "handler", "resolver", "transport"].map(
    (part) => `netty-${part}`,
  ),
  "protobuf",
  "guava",
  "perfmark-api",
  "perfmark-impl",
].map((jar) => join(JAVA, `${jar}.jar`));
const GO_SOURCES = "/usr/share/gocode";
// The libraries that these libraries need are taken along.
const LINKED = ["-Wl,--copy-dt-needed-entries", "-lgrpc++", "-lgrpc", "-lprotobuf", "-lgrpcpp_channelz"];

export const languages: readonly Language[] = [
  {
    name: "Node",
    crossing: "sentElsewhere",
    lacking: null,
    prepare: () => [process.execPath, join(folder, "server.ts")],
  },
  {
    name: "Python",
    crossing: "rejected",
    lacking: without("/usr/lib/python3/dist-packages/grpc", "python3-grpcio"),
    prepare: () => ["/usr/bin/python3", join(folder, "server.py")],
  },
  {
    name: "Go",
    crossing: "sentElsewhere",
    lacking:
      without(join(GO_SOURCES, "src/google.golang.org/grpc"), "golang-google-grpc-dev") ?? missing("go", "golang-go"),
    prepare: () => [join(built("go", ["server.go"], buildGo), "server")],
  },
  {
    name: "Java",
    crossing: "sentElsewhere",
    lacking:
      JARS.map((jar) =>
        without(jar, "libgrpc-java libprotobuf-java libguava-java libnetty-java libperfmark-java"),
      ).find((word) => word !== null) ?? missing("javac", "openjdk-17-jdk-headless"),
    prepare: () => [
      "java",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      [built("java", ["SlowServer.java"], buildJava), ...JARS].join(":"),
      "SlowServer",
    ],
  },
  {
    name: "C++",
    crossing: "rejected",
    lacking:
      without("/usr/include/grpcpp/grpcpp.h", "libgrpc++-dev") ??
      without("/usr/include/google/protobuf/wrappers.proto", "libprotobuf-dev") ??
      missing("grpc_cpp_plugin", "protobuf-compiler-grpc") ??
      missing("g++", "g++"),
    prepare: () => [join(built("cpp", ["server.cc", "slow.proto"], buildCpp), "server")],
  },
];

function buildGo(into: string): void {
  const environment = { GO111MODULE: "off", GOPATH: GO_SOURCES, GOFLAGS: "" };
  // Without optimising: it is built once, and nobody measures it.
  run("go", ["build", "-gcflags=all=-N -l", "-o", join(into, "server"), "server.go"], environment);
}

function buildJava(into: string): void {
  run("javac", ["-nowarn", "-cp", JARS.join(":"), "-d", into, "SlowServer.java"]);
}

function buildCpp(into: string): void {
  const { stdout: plugin } = found("grpc_cpp_plugin");
  run("protoc", [`--cpp_out=${into}`, `--grpc_out=${into}`, `--plugin=protoc-gen-grpc=${plugin}`, "slow.proto"]);
  const sources = ["slow.pb.cc", "slow.grpc.pb.cc"].map((file) => join(into, file));
  run("g++", ["-std=c++17", "-I", into, "-o", join(into, "server"), "server.cc", ...sources, ...LINKED]);
}

/** Once, whoever else wants the same at the same time: the others wait for it. */
function built(name: string, sources: readonly string[], build: (into: string) => void): string {
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(join(folder, source)));
  const target = join(cache, `${name}-${hash.digest("hex").slice(0, 16)}`);
  const lock = `${target}.lock`;
  mkdirSync(cache, { recursive: true });
  for (;;) {
    if (existsSync(target)) return target;
    if (isMine(lock)) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  const into = mkdtempSync(join(cache, `${name}-`));
  try {
    build(into);
    renameSync(into, target);
  } finally {
    rmSync(lock, { recursive: true, force: true });
    rmSync(into, { recursive: true, force: true });
  }
  return target;
}

/** A builder that was killed leaves its lock behind: no build takes so long. */
const STALE_MS = 180_000;

function isMine(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function run(command: string, argv: readonly string[], environment: Readonly<Record<string, string>> = {}): void {
  execFileSync(command, argv, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function without(path: string, packages: string): string | null {
  return existsSync(path) ? null : `no ${path}: apt-get install ${packages}`;
}

function missing(command: string, packages: string): string | null {
  return found(command).stdout === "" ? `no ${command}: apt-get install ${packages}` : null;
}

function found(command: string): { readonly stdout: string } {
  try {
    return { stdout: execFileSync("/bin/sh", ["-c", 'command -v "$1"', "x", command]).toString().trim() };
  } catch {
    return { stdout: "" };
  }
}
