/**
 * What runs on a host to bring another version in place. Constants: every value is a positional parameter. Each can be
 * begun again after it broke off anywhere.
 *
 * A home's `.sluice` holds `kept/<version>/{bin,lib,…}` (what was set aside, with a sum of each part), `previous` (which of
 * them stood there last), `installing` and `returning` (an act that has not ended), `previous-link`.
 */

/**
 * One sum over the sums of all files in a directory, in the order of their names: pid files and an operator's own functions
 * are no part of a release.
 */
const SUM_OF = `
sum_of() ( cd "$1" || exit 66
  find -L . -type f ! -path './udf/*' ! -name '*.pid' ! -name '*.pid.bak' -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1 )
sums_of() { for part in $2; do [ ! -d "$1/$part" ] || echo "$part $(sum_of "$1/$part")"; done; }
`;

/**
 * $1 home, $2 artifact, $3 the version that stands there, the rest the parts. Everything is copied and compared beside its
 * place first, so that what is left to do while the node is without a part is a rename. What stands there is summed up
 * meanwhile. What is in place already is not installed again: the version before it would be lost.
 */
export const SWAP = `
set -u
${SUM_OF}
home=$1 artifact=$2 old=$3; shift 3
state="$home/.sluice" stage="$home/.sluice/stage" resumed=no
mkdir -p "$state" || exit 73
[ -f "$state/installing" ] && { resumed=yes; old=$(cat "$state/installing"); }
kept="$state/kept/$old"
rm -rf "$stage" && mkdir -p "$stage" || exit 73
sums_of "$home" "$*" >"$state/sums.new" & summing=$!
for part in "$@"; do
  [ -d "$artifact/$part" ] || { [ "$part" = spark-dpp ] && continue; echo "$artifact/$part is missing" >&2; exit 66; }
  cp -a "$artifact/$part" "$stage/$part" || exit 73
  [ "$(sum_of "$artifact/$part")" = "$(sum_of "$stage/$part")" ] || { echo "$part differs from the artifact after copying" >&2; exit 65; }
done
sums_of "$stage" "$*" >"$state/wanted.new"
wait "$summing"
missing=$(grep -vxFf "$state/sums.new" "$state/wanted.new")
rm -f "$state/wanted.new"
if [ $resumed = no ] && [ -z "$missing" ]; then rm -rf "$stage" "$state/sums.new"; echo "$artifact lies in $home already"; exit 0; fi
# An operator's own functions survive, and so does the pid file, which says whose end was seen.
for from in "$kept" "$home"; do
  [ -d "$stage/lib" ] && [ -d "$from/lib/udf" ] && { rm -rf "$stage/lib/udf"; cp -a "$from/lib/udf" "$stage/lib/udf" || exit 73; }
  if [ -d "$stage/bin" ]; then for file in "$from"/bin/*.pid; do [ -f "$file" ] && cp -p "$file" "$stage/bin/"; done; fi
done
if [ $resumed = no ]; then
  rm -rf "$kept" && mkdir -p "$kept" && mv "$state/sums.new" "$kept/sums" || exit 73
  printf '%s\\n' "$old" >"$state/installing.new" && mv "$state/installing.new" "$state/installing" || exit 73
fi
for part in "$@"; do
  [ -d "$stage/$part" ] || continue
  # A part that is kept already was replaced by the try that broke off: what stands there is not the old one.
  if [ -e "$kept/$part" ]; then rm -rf "$home/$part" || exit 73
  elif [ -e "$home/$part" ]; then mv "$home/$part" "$kept/$part" || exit 73; fi
  mv "$stage/$part" "$home/$part" || exit 73
done
printf '%s\\n' "$old" >"$state/previous" && rm -f "$state/installing" "$state/returning" "$state/sums.new" || exit 73
# One version back is kept, and no more: a disk is not filled by upgrades.
for each in "$state"/kept/*; do [ "$each" = "$kept" ] || rm -rf "$each"; done
rm -rf "$stage"
`;

/** $1 home. One line for each version that was set aside with its sums. */
export const LIST_KEPT = `
for sums in "$1"/.sluice/kept/*/sums; do [ -f "$sums" ] && { sums=\${sums%/sums}; echo "\${sums##*/}"; }; done
exit 0
`;

/**
 * $1 home, $2 the version that stands there, $3 the one that is to come back (empty: the one that stood there last), the
 * rest the parts. A version that is named must be as it was set aside, file by file; a part that was not kept stays. What
 * stands there is kept in turn.
 */
export const BRING_BACK = `
set -u
${SUM_OF}
home=$1 now=$2 want=$3; shift 3
state="$home/.sluice" checked=yes
[ -n "$want" ] || { checked=no; want=$(cat "$state/installing" 2>/dev/null || cat "$state/previous" 2>/dev/null) || { echo "no earlier version is kept in $home" >&2; exit 66; }; }
kept="$state/kept/$want"
[ -f "$state/returning" ] && read -r back first <"$state/returning" && [ "$back" = "$want" ] && now=$first
aside="$state/kept/$now"
if [ $checked = yes ]; then
  [ -f "$kept/sums" ] || { echo "$home keeps nothing of $want" >&2; exit 66; }
  while read -r part sum; do
    if [ -d "$kept/$part" ]; then at="$kept/$part"; else at="$home/$part"; fi
    [ "$(sum_of "$at")" = "$sum" ] || { echo "$at is not as it was when it was set aside" >&2; exit 65; }
  done <"$kept/sums"
fi
# Consoles before this one kept a part beside its place.
[ -d "$kept" ] || for part in "$@"; do
  if [ -d "$home/$part.$want" ]; then mkdir -p "$kept" && mv "$home/$part.$want" "$kept/$part" || exit 73; fi
done
[ -d "$kept" ] || [ -f "$state/installing" ] || { echo "$home keeps no parts of $want" >&2; exit 66; }
if [ ! -f "$state/returning" ] && [ "$now" != "$want" ]; then
  rm -rf "$aside" && mkdir -p "$aside" && sums_of "$home" "$*" >"$aside/sums" || exit 73
  printf '%s %s\\n' "$want" "$now" >"$state/returning.new" && mv "$state/returning.new" "$state/returning" || exit 73
fi
for part in "$@"; do
  [ -d "$kept/$part" ] || continue
  if [ -e "$home/$part" ]; then
    for file in "$home/$part"/*.pid; do [ -f "$file" ] && cp -p "$file" "$kept/$part/"; done
    [ ! -d "$home/$part/udf" ] || { rm -rf "$kept/$part/udf"; cp -a "$home/$part/udf" "$kept/$part/udf" || exit 73; }
    if [ -d "$aside" ] && [ ! -e "$aside/$part" ] && [ "$aside" != "$kept" ]; then mv "$home/$part" "$aside/$part" || exit 73
    else rm -rf "$home/$part" || exit 73; fi
  fi
  mv "$kept/$part" "$home/$part" || exit 73
done
if [ -n "$(find "$aside" -mindepth 1 -maxdepth 1 -type d 2>/dev/null)" ]; then printf '%s\\n' "$now" >"$state/previous"
else rm -rf "$aside" "$state/previous"; fi
rm -rf "$kept" "$state/returning" "$state/installing"
`;

/** $1 home. Ends with 0 where an installation, or the way back from one, broke off there; with 1 where none did. */
export const BROKE_OFF = `
[ -f "$1/.sluice/installing" ] || [ -f "$1/.sluice/returning" ]
`;

/** $1 home. What was set aside goes; nothing else in the home is touched. */
export const FINALIZE = `
set -u
state="$1/.sluice"
[ ! -f "$state/installing" ] && [ ! -f "$state/returning" ] || { echo "an installation broke off in $1" >&2; exit 65; }
for kept in "$state"/kept/*; do [ -d "$kept" ] && echo "\${kept##*/} $(du -sk "$kept" 2>/dev/null | cut -f1)"; done
rm -rf "$state/kept" "$state/stage" "$state/previous" "$state/previous-link" || exit 73
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
