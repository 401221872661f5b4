import {
  Table,
  TableIndex,
  type MigrationInterface,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';

const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const time = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const id: TableColumnOptions = {
  name: 'id',
  type: 'integer',
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment',
};

/** Rows of a build go with it. */
const ofBuild = {
  columnNames: ['buildId'],
  referencedTableName: 'builds',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
};

const TABLES: Table[] = [
  new Table({ name: 'installation', columns: [{ ...text('id'), isPrimary: true }, time('createdAt')] }),
  new Table({
    name: 'builds',
    columns: [
      id,
      text('distroId'),
      text('status'),
      text('definition'),
      text('definitionDigest'),
      text('packages'),
      text('dibArguments'),
      text('clouds'),
      optional(integer('artifactOf')),
      optional(integer('retryOf')),
      optional(text('artifact')),
      optional(text('cause')),
      time('createdAt'),
      optional(time('startedAt')),
      optional(time('finishedAt')),
      optional(time('cancelRequestedAt')),
    ],
    indices: [
      new TableIndex({ name: 'builds_status', columnNames: ['status'] }),
      new TableIndex({ name: 'builds_distro', columnNames: ['distroId', 'id'] }),
    ],
  }),
  new Table({
    name: 'stages',
    columns: [
      id,
      integer('buildId'),
      text('stage'),
      text('cloud'),
      text('status'),
      optional(time('startedAt')),
      optional(time('finishedAt')),
      optional(time('deadlineAt')),
      optional({ name: 'progress', type: 'double precision' }),
      optional(text('activity')),
      optional(text('cause')),
    ],
    foreignKeys: [ofBuild],
    indices: [
      new TableIndex({ name: 'stages_build', columnNames: ['buildId', 'stage', 'cloud'], isUnique: true }),
    ],
  }),
  new Table({
    name: 'checks',
    columns: [
      id,
      integer('buildId'),
      text('cloud'),
      text('name'),
      text('status'),
      { name: 'required', type: 'boolean' },
      text('reason'),
      optional(text('figure')),
      optional(text('unit')),
      integer('durationMs'),
    ],
    foreignKeys: [ofBuild],
    indices: [
      new TableIndex({ name: 'checks_build', columnNames: ['buildId', 'cloud', 'name'], isUnique: true }),
    ],
  }),
  new Table({
    name: 'ledger',
    columns: [
      id,
      integer('buildId'),
      text('cloud'),
      text('kind'),
      text('name'),
      optional(text('externalId')),
      optional(text('detail')),
      text('state'),
      optional(text('problem')),
      optional(time('missedAt')),
      time('createdAt'),
      time('updatedAt'),
    ],
    foreignKeys: [ofBuild],
    indices: [
      new TableIndex({ name: 'ledger_build', columnNames: ['buildId'] }),
      new TableIndex({ name: 'ledger_state', columnNames: ['state'] }),
    ],
  }),
  new Table({
    name: 'images',
    columns: [
      { ...text('cloud'), isPrimary: true },
      { ...text('id'), isPrimary: true },
      integer('buildId'),
      text('distroId'),
      text('state'),
      text('sha512'),
      time('createdAt'),
      optional(time('promotedAt')),
      optional(time('retiredAt')),
    ],
    foreignKeys: [ofBuild],
    indices: [new TableIndex({ name: 'images_state', columnNames: ['distroId', 'state'] })],
  }),
  new Table({
    name: 'log_chunks',
    columns: [
      { ...integer('buildId'), isPrimary: true },
      { ...integer('firstLine'), isPrimary: true },
      integer('lastLine'),
      text('origins'),
      { name: 'data', type: 'blob' },
      optional(text('marks')),
    ],
    foreignKeys: [ofBuild],
  }),
  new Table({
    name: 'agent_sessions',
    columns: [
      id,
      integer('buildId'),
      text('cloud'),
      text('tokenHash'),
      text('consoleKey'),
      text('serverName'),
      text('state'),
      optional(text('nonce')),
      optional(text('report')),
      time('expiresAt'),
      optional(time('registeredAt')),
      optional(time('reportedAt')),
    ],
    foreignKeys: [ofBuild],
    indices: [
      new TableIndex({ name: 'agent_sessions_token', columnNames: ['tokenHash'], isUnique: true }),
      new TableIndex({ name: 'agent_sessions_build', columnNames: ['buildId', 'cloud'] }),
    ],
  }),
];

export class First1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await runner.dropTable(table);
  }
}
