import type { ObjectLiteral } from 'typeorm';

/** What is used of a driver. */
interface Escaping {
  escapeQueryWithParameters(sql: string, parameters: ObjectLiteral): [string, unknown[]];
}

class BoundNumber {
  constructor(readonly value: number) {}
}

/**
 * TypeORM writes numbers into the text of SQLite's statements, so that every id makes another
 * statement, which has to be prepared anew. Here they are bound like every other value.
 */
export function bindNumbers(driver: Escaping): void {
  const escape = driver.escapeQueryWithParameters.bind(driver);
  driver.escapeQueryWithParameters = (sql, parameters) => {
    const wrapped = Object.entries(parameters).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' ? new BoundNumber(value) : value,
    ]);
    const [text, values] = escape(sql, Object.fromEntries(wrapped) as ObjectLiteral);
    return [text, values.map((value) => (value instanceof BoundNumber ? value.value : value))];
  };
}
