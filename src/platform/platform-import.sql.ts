/** The row of the import that is about a platform. */
const cell = (column: string) =>
  `(SELECT r.${column} FROM platform_import_rows r
    WHERE r.import_id = ? AND r.url_key = platforms.url_key)`;

/** It is archived, and the file does not say that it stays so. */
const COMES_BACK = `archived_at IS NOT NULL AND ${cell('archived_at')} IS NULL`;

/** What a file does not say stays as it is; a platform that comes back begins anew. */
const given = (column: string, whenNew: string) =>
  `${column} = COALESCE(${cell(column)},
    CASE WHEN ${COMES_BACK} THEN ${whenNew} ELSE ${column} END)`;

const FORGOTTEN = `${COMES_BACK} AND state = 'flagged'`;

/**
 * Changes platforms that an import says something new of, and brings archived ones back without
 * their flags; every placeholder is the import's id, and a list of the platforms' keys follows. MySQL assigns from left to right, so what is
 * asked by others comes after them.
 */
export const UPDATE_PLATFORMS = `
  UPDATE platforms SET
    url = ${cell('url')},
    name = ${cell('name')},
    ${given('is_active', '1')},
    ${given('owner_name', "''")},
    ${given('owner_email', "''")},
    ${given('tags', "'[]'")},
    ${given('notes', "''")},
    last_conclusive_at = CASE WHEN ${FORGOTTEN} THEN NULL ELSE last_conclusive_at END,
    last_conclusive_engines = CASE WHEN ${FORGOTTEN} THEN NULL ELSE last_conclusive_engines END,
    state = CASE WHEN ${FORGOTTEN} THEN 'unknown' ELSE state END,
    archived_at = CASE WHEN ${COMES_BACK} THEN NULL ELSE archived_at END,
    updated_at = (SELECT i.applied_at FROM imports i WHERE i.id = ?)
  WHERE url_key IN `;

/** Those of a batch of an import's rows that are there and change; an archive archives nothing. */
export const PRESENT_PLATFORMS = `
  SELECT p.url_key AS urlKey FROM platform_import_rows r JOIN platforms p ON p.url_key = r.url_key
  WHERE r.import_id = ? AND r.outcome = ? AND r.id BETWEEN ? AND ?
    AND (r.archived_at IS NULL OR p.archived_at IS NOT NULL)`;

/** Adds those of a batch of an import's rows that are not there. */
export const INSERT_PLATFORMS = `
  INSERT INTO platforms (name, url, url_key, is_active, owner_name, owner_email, tags, notes, state,
    archived_at, created_at, updated_at)
  SELECT r.name, r.url, r.url_key, COALESCE(r.is_active, 1), COALESCE(r.owner_name, ''),
    COALESCE(r.owner_email, ''), COALESCE(r.tags, '[]'), COALESCE(r.notes, ''), 'unknown',
    r.archived_at, i.applied_at, i.applied_at
  FROM platform_import_rows r JOIN imports i ON i.id = r.import_id
  WHERE r.import_id = ? AND r.outcome = ? AND r.id BETWEEN ? AND ?
    AND NOT EXISTS (SELECT 1 FROM platforms p WHERE p.url_key = r.url_key)`;
