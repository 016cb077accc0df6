import type { ReactNode } from "react";

export type Option<T extends string> = {
  readonly value: T;
  readonly label: string;
  /** What there is to know before choosing it. */
  readonly note?: ReactNode;
};

export type SelectProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly mono?: boolean;
};
