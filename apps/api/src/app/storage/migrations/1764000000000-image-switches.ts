import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const SWITCHES = new Table({
  name: 'image_switches',
  columns: [
    { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
    { name: 'cloud', type: 'text' },
    { name: 'distroId', type: 'text' },
    { name: 'targetId', type: 'text' },
    { name: 'kind', type: 'text' },
    { name: 'buildId', type: 'integer', isNullable: true },
    { name: 'presentation', type: 'text' },
    { name: 'state', type: 'text' },
    { name: 'createdAt', type: 'bigint' },
    { name: 'updatedAt', type: 'bigint' },
  ],
  foreignKeys: [
    {
      columnNames: ['buildId'],
      referencedTableName: 'builds',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
  indices: [new TableIndex({ name: 'image_switches_state', columnNames: ['state'] })],
});

/** Images that were adopted belong to no build, and so do their ledger rows. */
const OF_NO_BUILD = ['images', 'ledger'];

export class ImageSwitches1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SWITCHES, true);
    for (const table of OF_NO_BUILD) await setNullable(runner, table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of OF_NO_BUILD) {
      await runner.query(`DELETE FROM "${table}" WHERE "buildId" IS NULL`);
      await setNullable(runner, table, false);
    }
    await runner.dropTable(SWITCHES);
  }
}

async function setNullable(runner: QueryRunner, tableName: string, isNullable: boolean): Promise<void> {
  const table = await runner.getTable(tableName);
  const column = table?.findColumnByName('buildId');
  if (!table || !column) throw new Error(`the table ${tableName} has no column buildId`);
  const changed = column.clone();
  changed.isNullable = isNullable;
  await runner.changeColumn(table, column, changed);
}
