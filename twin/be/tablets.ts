import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { bool, i32, i64, list, type ThriftValue, struct } from "../thrift/codec.ts";

export type Tablet = {
  readonly id: number;
  readonly schemaHash: number;
  readonly version: number;
  readonly partitionId: number;
};

const stored = z.array(
  z.object({ id: z.number(), schemaHash: z.number(), version: z.number(), partitionId: z.number() }),
);

/** The tablets that the FE had this node create. They hold no data; they are there to be counted, reported and missed. */
export class Tablets {
  private readonly byId: Map<number, Tablet>;
  private readonly file: string;

  constructor(storage: string) {
    mkdirSync(storage, { recursive: true });
    this.file = join(storage, "tablets.json");
    const known = existsSync(this.file) ? stored.parse(JSON.parse(readFileSync(this.file, "utf8"))) : [];
    this.byId = new Map(known.map((tablet) => [tablet.id, tablet]));
  }

  all(): readonly Tablet[] {
    return [...this.byId.values()];
  }

  create(tablet: Tablet): void {
    this.byId.set(tablet.id, tablet);
    this.save();
  }

  drop(id: number): void {
    if (this.byId.delete(id)) this.save();
  }

  private save(): void {
    writeFileSync(`${this.file}.new`, JSON.stringify(this.all()));
    renameSync(`${this.file}.new`, this.file);
  }
}

/** TTabletInfo, as a report and a finished "create" task carry it. */
export function tabletInfo(tablet: Tablet, pathHash: number): ThriftValue {
  return struct({
    1: i64(tablet.id),
    2: i32(tablet.schemaHash),
    3: i64(tablet.version),
    4: i64(0),
    5: i64(10),
    6: i64(1024),
    7: i32(1),
    8: list("i64", []),
    9: i64(1),
    10: i64(pathHash),
    11: bool(false),
    12: bool(true),
    13: i64(tablet.partitionId),
  });
}
