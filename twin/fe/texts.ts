/** How StarRocks prints times, sizes and shares. */

const eightHoursMs = 8 * 3600 * 1000;
const isoSeconds = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

/** TimeUtils.longToTimeString: always UTC+8, whatever the zone of the FE is (seen on 3.3.5 to Jan 2026). */
export const timeText = (ms: number): string => isoSeconds(ms + eightHoursMs);

/** SHOW BACKEND BLACKLIST alone prints in the FE's own zone; the twin's is UTC. */
export const ownZoneTimeText = (ms: number): string => isoSeconds(ms);

export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : timeText(ms));

const units = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

function scaled(bytes: number): readonly [string, string] {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return [value.toFixed(3), units[unit] ?? "B"];
}

/** `12.345 GB`, as capacities are printed. */
export const sizeText = (bytes: number): string => scaled(bytes).join(" ");

/** `4.000GB`: MemLimit alone has no space. */
export const memoryText = (bytes: number): string => scaled(bytes).join("");

export const percentText = (part: number, whole: number): string =>
  `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(2)} %`;
