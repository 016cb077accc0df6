/** Releases of servers, brought onto the hosts of the nodes: `releases/<version>`, to which links can point then. */
import type { Driver } from "#server/orchestrator/ports.ts";
import { stagingOn } from "../shared/staging.ts";
import type { ReleaseLayout } from "../shared/staging-scripts.ts";
import type { ServersWorld } from "./world.ts";

/**
 * Any files. One folder around them all is taken off, whatever it is called, unless it is one that a program has inside
 * itself, or something hidden lies beside it (`._` files are macOS's own). Each file's sum is kept.
 */
const SERVER_RELEASE: ReleaseLayout = {
  otherNames: (version) => [`v${version}`],
  script: `
is_release() ( cd "$1" || exit 73
  for each in bin sbin lib lib64 libexec etc share usr opt .[!._]*; do [ -e "$each" ] && exit 0; done
  exit 1 )
told_of() ( cd "$1" || exit 73
  [ -n "$(find . -type f | head -n 1)" ] || { echo "the package holds no files" >&2; exit 66; }
  if [ -f SHA256SUMS ]; then
    why=$(sha256sum --quiet -c SHA256SUMS 2>&1) || { echo "the package is not what its own SHA256SUMS says: $why" >&2; exit 66; }
  fi
  # Only what came: a link may lead to what others write.
  find . -type f ! -path ./.sluice-package -print0 | LC_ALL=C sort -z | xargs -0 sha256sum )
`,
};

export function staging(world: ServersWorld): Pick<Driver, "stage"> {
  const { install } = world.config;
  if (install?.strategy !== "symlink" || install.packages === undefined) return {};
  const hosts = world.servers.map(({ place }) => place.host);
  const site = { packages: install.packages, root: install.releases, layout: SERVER_RELEASE, hosts };
  return { stage: stagingOn(world, site) };
}
