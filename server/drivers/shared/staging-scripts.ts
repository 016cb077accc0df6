/**
 * What runs on a host to receive a release. Constants: every value is a positional parameter. A folder of releases has
 * `.sluice/<sum>.part`, what came so far, and each release that was unpacked here tells in `.sluice-package` what it came from.
 */

/** What a release of a system is. */
export type ReleaseLayout = {
  /** The folders under which a version may lie already, besides the one that is named for it alone. */
  readonly otherNames: (version: string) => readonly string[];
  /**
   * Two functions of the shell. `is_release DIR`: a release begins right there, and not in a folder around it all.
   * `told_of DIR`: what `.sluice-package` keeps of it, a line each; 66, in words, where it is none.
   */
  readonly script: string;
};

/**
 * $1 the folder of releases, $2 the package's sum, then the names under which the version may lie. `there SUM` (- where it
 * is not told), `size`, `free` in KB.
 */
export const LOOK = `
root=$1 sum=$2
shift 2
mkdir -p "$root/.sluice" || exit 73
for name; do
  each="$root/$name" from=
  [ -d "$each" ] && { from=$(sed -n 's/^package //p' "$each/.sluice-package" 2>/dev/null); echo "there \${from:--} $each"; }
  # Another name of this machine may have been sending yet when it was put in place.
  [ "$from" = "$sum" ] && rm -f "$root/.sluice/$sum.part"
done
[ -f "$root/.sluice/$sum.part" ] && echo "size $(wc -c <"$root/.sluice/$sum.part")"
echo "free $(df -Pk "$root" | sed -n '2p' | tr -s ' ' | cut -d' ' -f4)"
`;

/**
 * $1 the folder of releases, $2 version, $3 the package's sum. What came is compared before it is opened, unpacked beside
 * its place, and put there by one rename: whoever looks sees a whole release or none.
 */
export function unpackScript({ script }: ReleaseLayout): string {
  return `
set -u
${script}
root=$1 version=$2 sum=$3
part="$root/.sluice/$sum.part" new="$root/.sluice/$sum.new" told="$root/.sluice/$sum.told" place="$root/$version"
if [ -e "$place" ]; then
  [ "$(sed -n 's/^package //p' "$place/.sluice-package" 2>/dev/null)" = "$sum" ] && { rm -rf "$part" "$new"; exit 0; }
  echo "$place is there already" >&2; exit 17
fi
found=$(sha256sum <"$part" | cut -d' ' -f1)
[ "$found" = "$sum" ] || { rm -f "$part"; echo "what came sums up to $found, not $sum" >&2; exit 65; }
rm -rf "$new" && mkdir -p "$new" || exit 73
magic=$(dd if="$part" bs=2 count=1 2>/dev/null | od -An -tx1 | tr -d ' ')
if [ "$magic" = 1f8b ]; then tar -xzf "$part" -C "$new"; else tar -xf "$part" -C "$new"; fi || { rm -rf "$new"; exit 73; }
top=$new
# Published packages have one folder, named for them, around it all.
if ! is_release "$new"; then set -- "$new"/*; [ $# = 1 ] && [ -d "$1" ] && [ ! -L "$1" ] && top=$1; fi
told_of "$top" >"$told"
case $? in
  0) ;;
  66) rm -rf "$new" "$told" "$part"; exit 66 ;;
  *) rm -rf "$new" "$told"; exit 73 ;;
esac
echo "package $sum" >>"$told" && mv -f "$told" "$top/.sluice-package" && mv "$top" "$place" || { rm -rf "$new" "$told"; exit 73; }
rm -rf "$new" "$part"
`;
}
