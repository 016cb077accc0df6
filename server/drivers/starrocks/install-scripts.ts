/**
 * What runs on a host to bring another version in place. Constants: every value is a positional parameter. Each can be
 * begun again after it broke off anywhere.
 */
import { MANIFEST } from "./artifacts.ts";

const MANIFEST_FUNCTION = `manifest() ( ${MANIFEST.trim()} )`;

/**
 * $1 home, $2 artifact, $3 what the old parts are called afterwards, the rest the parts. Everything is copied and compared
 * beside its place first, so that what is left to do while the node is without a part is a rename.
 */
export const SWAP = `
set -u
${MANIFEST_FUNCTION}
home=$1 artifact=$2 old=$3; shift 3
stage="$home/.sluice/stage"
rm -rf "$stage" && mkdir -p "$stage" || exit 73
for part in "$@"; do
  [ -d "$artifact/$part" ] || { [ "$part" = spark-dpp ] && continue; echo "$artifact/$part is missing" >&2; exit 66; }
  cp -a "$artifact/$part" "$stage/$part" || exit 73
  [ "$(manifest "$artifact" "$part")" = "$(manifest "$stage" "$part")" ] || { echo "$part differs from the artifact after copying" >&2; exit 65; }
done
# An operator's own functions survive, and so does the pid file, which says whose end was seen.
[ -d "$stage/lib" ] && [ -d "$home/lib/udf" ] && { rm -rf "$stage/lib/udf"; cp -a "$home/lib/udf" "$stage/lib/udf" || exit 73; }
if [ -d "$stage/bin" ]; then for file in "$home"/bin/*.pid; do [ -f "$file" ] && cp -p "$file" "$stage/bin/"; done; fi
for part in "$@"; do
  [ -d "$stage/$part" ] || continue
  if [ -e "$home/$part" ]; then rm -rf "$home/$part.$old" && mv "$home/$part" "$home/$part.$old" || exit 73; fi
  mv "$stage/$part" "$home/$part" || exit 73
done
printf '%s\\n' "$old" >"$home/.sluice/previous" || exit 73
rm -rf "$stage"
`;

/**
 * $1 home, $2 what the present parts are called afterwards, the rest the parts. The parts kept by the last installation
 * come back; a part that was not kept stays.
 */
export const SWAP_BACK = `
set -u
home=$1 now=$2; shift 2
old=$(cat "$home/.sluice/previous") || { echo "no earlier version is kept in $home" >&2; exit 66; }
found=no
for part in "$@"; do
  [ -d "$home/$part.$old" ] || continue
  found=yes
  if [ -e "$home/$part" ]; then
    for file in "$home/$part"/*.pid; do [ -f "$file" ] && cp -p "$file" "$home/$part.$old/"; done
    rm -rf "$home/$part.$now" && mv "$home/$part" "$home/$part.$now" || exit 73
  fi
  mv "$home/$part.$old" "$home/$part" || exit 73
done
[ $found = yes ] || { echo "$home keeps no parts of $old" >&2; exit 66; }
printf '%s\\n' "$now" >"$home/.sluice/previous"
`;

/** $1 home, $2 the link in it, $3 the release it is to point at. Where it pointed before is kept. */
export const FLIP = `
set -u
home=$1 link=$1/$2 target=$3
[ -d "$target/bin" ] && [ -d "$target/lib" ] || { echo "$target holds no release" >&2; exit 66; }
[ ! -e "$link" ] || [ -L "$link" ] || { echo "$link is no link" >&2; exit 65; }
mkdir -p "$home/.sluice" || exit 73
before=$(readlink "$link")
[ "$before" = "$target" ] || { [ -z "$before" ] || printf '%s\\n' "$before" >"$home/.sluice/previous-link"; }
rm -f "$link.new"; ln -s "$target" "$link.new" && mv -T "$link.new" "$link" || exit 73
`;

/** $1 home, $2 the link in it: it points again where it pointed before. */
export const FLIP_BACK = `
set -u
home=$1 link=$1/$2
target=$(cat "$home/.sluice/previous-link") || { echo "no earlier release is known in $home" >&2; exit 66; }
readlink "$link" >"$home/.sluice/previous-link.new"
rm -f "$link.new"; ln -s "$target" "$link.new" && mv -T "$link.new" "$link" || exit 73
mv "$home/.sluice/previous-link.new" "$home/.sluice/previous-link"
`;
