import { Injectable } from '@nestjs/common';
import type { EntityTarget } from 'typeorm';
import { SecretBox, SecretUnreadableError } from '../config/secret-box.js';
import { type EncryptedColumn, encryptedColumnsOf } from './encrypted-column.js';
import { OjuDataSource } from './oju-data-source.js';
import { UnitOfWork } from './unit-of-work.js';

const BATCH = 100;
/** How often a column is gone through again because rows were saved by others meanwhile. */
const PASSES = 5;

/** Every row with a secret that encrypts by its own id. */
interface SecretRow {
  id: number;
}

interface StoredColumn extends EncryptedColumn {
  entity: EntityTarget<SecretRow>;
}

interface Ciphertext {
  id: number;
  text: string;
}

/** How many secrets of one kind were there, and what became of them. */
export interface RotationCount {
  what: string;
  /** Were under another key and are under the first one now. */
  rotated: number;
  /** Are under the first key, the rotated ones included. */
  underFirstKey: number;
  /** No key at hand opens them; they were left as they are. */
  unreadable: number;
}

/**
 * All that SecretBox encrypted and the database holds, whichever module's it is. Entities name
 * their columns with the decorator `Encrypted`.
 */
@Injectable()
export class StoredSecrets {
  constructor(
    private readonly dataSource: OjuDataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly secretBox: SecretBox,
  ) {}

  /** How many secrets of each kind are under a key that is not at hand; kinds without any are left out. */
  async unreadable(): Promise<{ what: string; count: number }[]> {
    const found = [];
    for (const column of this.columns()) {
      const count = await this.stored(column, this.secretBox.keyIds).getCount();
      if (count > 0) found.push({ what: column.what, count });
    }
    return found;
  }

  /**
   * Encrypts everything under the first key, while the application goes on. Each batch is a
   * transaction that changes only what still is as it was read: what is saved meanwhile stays, and
   * is looked at again. Killed anywhere it leaves every secret readable, and the next run goes on;
   * a run with nothing to do writes nothing.
   * @param batch rows a transaction
   */
  async rotate(batch = BATCH): Promise<RotationCount[]> {
    const counts = [];
    for (const column of this.columns()) {
      let rotated = 0;
      for (let pass = 1; pass <= PASSES; pass += 1) {
        const { done, missed } = await this.passThrough(column, batch);
        rotated += done;
        if (missed === 0) break;
      }
      const [firstKey = ''] = this.secretBox.keyIds;
      const all = await this.stored(column, []).getCount();
      const others = await this.stored(column, [firstKey]).getCount();
      counts.push({
        what: column.what,
        rotated,
        underFirstKey: all - others,
        unreadable: others,
      });
    }
    return counts;
  }

  private async passThrough(
    column: StoredColumn,
    batch: number,
  ): Promise<{ done: number; missed: number }> {
    const total = { done: 0, missed: 0 };
    for (let last = 0; ;) {
      const rows = await this.nextUnderOtherKeys(column, last, batch);
      if (rows.length === 0) return total;
      last = rows.at(-1)?.id ?? last;
      const fresh = rows.flatMap((row) => this.encryptAnew(column, row));
      const done = await this.unitOfWork.run(() => this.replace(column, fresh));
      total.done += done;
      total.missed += fresh.length - done;
    }
  }

  private async nextUnderOtherKeys(
    column: StoredColumn,
    last: number,
    batch: number,
  ): Promise<Ciphertext[]> {
    return this.stored(column, this.secretBox.keyIds.slice(0, 1))
      .andWhere('row.id > :last', { last })
      .select('row.id', 'id')
      .addSelect(`row.${column.property}`, 'text')
      .orderBy('row.id')
      .limit(batch)
      .getRawMany<Ciphertext>();
  }

  private encryptAnew(column: StoredColumn, { id, text }: Ciphertext) {
    const purpose = column.purpose(id);
    try {
      return [
        { id, text, fresh: this.secretBox.encrypt(this.secretBox.decrypt(text, purpose), purpose) },
      ];
    } catch (error) {
      if (error instanceof SecretUnreadableError) return [];
      throw error;
    }
  }

  private async replace(
    { entity, property }: StoredColumn,
    rows: readonly (Ciphertext & { fresh: string })[],
  ): Promise<number> {
    let done = 0;
    for (const { id, text, fresh } of rows) {
      const { affected } = await this.unitOfWork
        .repository(entity)
        .update({ id, [property]: text }, { [property]: fresh });
      done += affected ?? 0;
    }
    return done;
  }

  /** Rows whose secret is under none of these keys. */
  private stored({ entity, property }: StoredColumn, keyIds: readonly string[]) {
    const query = this.unitOfWork
      .repository(entity)
      .createQueryBuilder('row')
      .where(`row.${property} IS NOT NULL`);
    keyIds.forEach((keyId, index) => {
      query.andWhere(`row.${property} NOT LIKE :key${index}`, { [`key${index}`]: `${keyId}:%` });
    });
    return query;
  }

  private columns(): StoredColumn[] {
    return this.dataSource.entityMetadatas.flatMap(({ target }) =>
      encryptedColumnsOf(target as object).map((column) => ({
        ...column,
        entity: target,
      })),
    );
  }
}
