/** What a published release of StarRocks is: `fe`, `be` and `cn`, each with `bin` and `lib`; and how it is known again. */
import type { ReleaseLayout } from "../shared/staging-scripts.ts";

export const STARROCKS_RELEASE: ReleaseLayout = {
  otherNames: (version) => [`StarRocks-${version}`],
  // One sum for each part, over the sums of all its files in the order of their names.
  script: `
manifest_of() ( cd "$1" || exit 66
  find -L "." -type f ! -path 'bin/*.pid' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1 )
is_release() { [ -d "$1/fe" ] || [ -d "$1/be" ] || [ -d "$1/cn" ]; }
told_of() {
  parts=
  for role in fe be cn; do
    [ -d "$1/$role/bin" ] && [ -d "$1/$role/lib" ] || continue
    parts="$parts $role"
    echo "$role $(manifest_of "$1/$role")" || return 73
  done
  [ -n "$parts" ] || { echo "the package holds no fe, be or cn with bin and lib" >&2; return 66; }
}
`,
};
