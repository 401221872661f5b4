import type { ColumnOptions, ValueTransformer } from 'typeorm';

/** Points in time are kept as milliseconds since the epoch: exact, sortable, the same in every database. */
const milliseconds: ValueTransformer = {
  to: (value: Date | null | undefined) => value?.getTime() ?? null,
  from: (value: number | string | null) => (value === null ? null : new Date(Number(value))),
};

const json: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value)),
  from: (value: string | null) => (value === null ? null : (JSON.parse(value) as unknown)),
};

export const TIME: ColumnOptions = { type: 'bigint', transformer: milliseconds };
export const OPTIONAL_TIME: ColumnOptions = { ...TIME, nullable: true };
export const JSON_TEXT: ColumnOptions = { type: 'text', transformer: json };
export const OPTIONAL_JSON: ColumnOptions = { ...JSON_TEXT, nullable: true };
export const OPTIONAL_TEXT: ColumnOptions = { type: 'text', nullable: true };
