/**
 * What runs on a host to receive a release. Constants: every value is a positional parameter. A folder of releases has
 * `.sluice/<sum>.part`, what came so far, and each release that was unpacked here tells in `.sluice-package` what it came from.
 */

/** $1 a directory. One sum over the sums of all files, in the order of their names. */
export const MANIFEST_OF = `
manifest_of() ( cd "$1" || exit 66
  find -L "." -type f ! -path 'bin/*.pid' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1 )
`;

/** $1 the folder of releases, $2 version, $3 the package's sum. `there SUM` (- where it is not told), `size`, `free` in KB. */
export const LOOK = `
root=$1 version=$2 sum=$3
mkdir -p "$root/.sluice" || exit 73
for each in "$root/$version" "$root/StarRocks-$version"; do
  from=
  [ -d "$each" ] && { from=$(sed -n 's/^package //p' "$each/.sluice-package" 2>/dev/null); echo "there \${from:--} $each"; }
  # Another name of this machine may have been sending yet when it was put in place.
  [ "$from" = "$sum" ] && rm -f "$root/.sluice/$sum.part"
done
[ -f "$root/.sluice/$sum.part" ] && echo "size $(wc -c <"$root/.sluice/$sum.part")"
echo "free $(df -Pk "$root" | sed -n '2p' | tr -s ' ' | cut -d' ' -f4)"
`;

/**
 * The same parameters. What came is compared before it is opened, unpacked beside its place, and put there by one rename:
 * whoever looks sees a whole release or none.
 */
export const UNPACK = `
set -u
${MANIFEST_OF}
root=$1 version=$2 sum=$3
part="$root/.sluice/$sum.part" new="$root/.sluice/$sum.new" place="$root/$version"
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
if [ ! -d "$new/fe" ] && [ ! -d "$new/be" ] && [ ! -d "$new/cn" ]; then set -- "$new"/*; [ $# = 1 ] && [ -d "$1" ] && top=$1; fi
: >"$top/.sluice-package" || { rm -rf "$new"; exit 73; }
for role in fe be cn; do
  [ -d "$top/$role/bin" ] && [ -d "$top/$role/lib" ] && echo "$role $(manifest_of "$top/$role")" >>"$top/.sluice-package"
done
[ -s "$top/.sluice-package" ] || { rm -rf "$new" "$part"; echo "the package holds no fe, be or cn with bin and lib" >&2; exit 66; }
echo "package $sum" >>"$top/.sluice-package" || { rm -rf "$new"; exit 73; }
mv "$top" "$place" || { rm -rf "$new"; exit 73; }
rm -rf "$new" "$part"
`;
