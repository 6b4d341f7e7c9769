//! Both databases have the same schema, and its migrations go up, down and up again.

use crate::world::World;
use std::path::{Path, PathBuf};

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");

/// Of each column, `table.column type nullability`.
const SQLITE_COLUMNS: &str = r#"
SELECT m.name || '.' || p.name || ' ' ||
       CASE lower(p.type) WHEN 'integer' THEN 'bigint' WHEN 'blob' THEN 'bytea' ELSE lower(p.type) END ||
       CASE WHEN p."notnull" = 1 THEN ' not null' ELSE '' END AS value
FROM sqlite_master m, pragma_table_info(m.name) p
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE '\_\_diesel%' ESCAPE '\'"#;
const POSTGRES_COLUMNS: &str = r"
SELECT table_name || '.' || column_name || ' ' || data_type ||
       CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END AS value
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_diesel%'";

const SQLITE_PRIMARY_KEYS: &str = r"
SELECT name || '(' || group_concat(column_name, ',') || ') primary' AS value FROM
  (SELECT m.name AS name, p.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) p
   WHERE m.type = 'table' AND p.pk > 0 AND m.name NOT LIKE '\_\_diesel%' ESCAPE '\' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
   ORDER BY m.name, p.pk)
GROUP BY name";
/// Of each index that isn't a primary key, `table(columns) unique partial`.
const SQLITE_INDEXES: &str = r#"
SELECT name || '(' || group_concat(column_name, ',') || ')' || CASE is_unique WHEN 1 THEN ' unique' ELSE '' END ||
       CASE is_partial WHEN 1 THEN ' partial' ELSE '' END AS value FROM
  (SELECT m.name AS name, l.name AS index_name, l."unique" AS is_unique, l.partial AS is_partial, i.name AS column_name
   FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
   WHERE m.type = 'table' AND l.origin <> 'pk' AND m.name NOT LIKE '\_\_diesel%' ESCAPE '\'
   ORDER BY m.name, l.name, i.seqno)
GROUP BY name, index_name, is_unique, is_partial"#;
const POSTGRES_INDEXES: &str = r"
SELECT t.relname || '(' || string_agg(a.attname, ',' ORDER BY k.position) || ')' ||
       CASE WHEN i.indisprimary THEN ' primary' WHEN i.indisunique THEN ' unique' ELSE '' END ||
       CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END AS value
FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, position)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
WHERE t.relname NOT LIKE '\_\_diesel%'
GROUP BY i.indexrelid, t.relname, i.indisprimary, i.indisunique, i.indpred";

const SQLITE_FOREIGN_KEYS: &str = r#"
SELECT m.name || '.' || f."from" || ' to ' || f."table" || '.' || f."to" || ' ' || lower(f.on_delete) AS value
FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"#;
const POSTGRES_FOREIGN_KEYS: &str = r"
SELECT t.relname || '.' || a.attname || ' to ' || u.relname || '.' || b.attname || ' ' ||
       CASE c.confdeltype WHEN 'c' THEN 'cascade' ELSE c.confdeltype::text END AS value
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid
JOIN pg_class u ON u.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = u.oid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f'";

/// Every table, column, key and index as one line, sorted.
fn schema(world: &World) -> Vec<String> {
    let queries: &[&str] = if world.is_sqlite() {
        &[SQLITE_COLUMNS, SQLITE_PRIMARY_KEYS, SQLITE_INDEXES, SQLITE_FOREIGN_KEYS]
    } else {
        &[POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_FOREIGN_KEYS]
    };
    let mut lines: Vec<String> = queries.iter().flat_map(|query| world.query(query)).collect();
    lines.sort();
    lines
}

/// The migrations' folders, oldest first.
fn migrations(database: &str) -> Vec<PathBuf> {
    let folder = Path::new(MIGRATIONS).join(database);
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn names(database: &str) -> Vec<String> {
    migrations(database)
        .iter()
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn both_folders_hold_the_same_migrations() {
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
    for folder in migrations("sqlite").iter().chain(&migrations("postgres")) {
        assert!(folder.join("up.sql").is_file() && folder.join("down.sql").is_file(), "{}", folder.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_and_postgres_get_the_same_schema() {
    let on_sqlite = schema(&World::on_sqlite().await);
    let on_postgres = schema(&World::on_postgres().await);
    assert!(on_sqlite.len() > 150, "the schema was not read: {on_sqlite:#?}");
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).cloned().collect()
    };
    assert_eq!(only(&on_sqlite, &on_postgres), Vec::<String>::new(), "SQLite alone has these");
    assert_eq!(only(&on_postgres, &on_sqlite), Vec::<String>::new(), "PostgreSQL alone has these");
    assert_eq!(on_sqlite.len(), on_postgres.len());
}

async fn every_migration_goes_up_and_down_and_up_again(world: World) {
    let database = if world.is_sqlite() { "sqlite" } else { "postgres" };
    let first = schema(&world);
    assert_eq!(world.store.migrate().await.unwrap(), Vec::<String>::new(), "it is up to date");
    for folder in migrations(database).iter().rev() {
        world.execute(&std::fs::read_to_string(folder.join("down.sql")).unwrap());
    }
    assert_eq!(schema(&world), Vec::<String>::new(), "down leaves nothing behind");
    world.execute("DELETE FROM __diesel_schema_migrations");
    assert_eq!(world.store.migrate().await.unwrap().len(), migrations(database).len());
    assert_eq!(schema(&world), first);
}

/// Nodes that start together on an empty database.
async fn migrate_at_once(world: World) {
    let (one, two) = (world.store.clone(), world.another_node());
    let (one, two) = tokio::join!(one.migrate(), two.migrate());
    let ran = one.unwrap().len() + two.unwrap().len();
    assert_eq!(ran, names("sqlite").len(), "each migration ran once");
    world.store.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_at_once_migrate_once_on_sqlite() {
    migrate_at_once(World::empty_on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_at_once_migrate_once_on_postgres() {
    migrate_at_once(World::empty_on_postgres()).await;
}

on_both_databases! {
    every_migration_goes_up_and_down_and_up_again
}
