//! Updates whose prepared statements are kept.
//!
//! A connection keeps the prepared statement of a `SELECT`, a `DELETE` and an `INSERT`, but never that of diesel's own `UPDATE`,
//! since what it sets may differ from call to call under one type. [`update`] makes the same statement without a type for
//! its key: it is kept under its text, and another text is another statement. That spares SQLite the parser, and
//! PostgreSQL a round trip (`docs/adr/0042-updates-are-kept-prepared.md`).

use diesel::backend::Backend;
use diesel::expression::SelectableExpression;
use diesel::prelude::*;
use diesel::query_builder::{
    AsChangeset, AstPass, IntoUpdateTarget, Query, QueryFragment, QueryId, UpdateTarget,
};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;

/// Begins an update, as [`diesel::update`] does, and as every update here does but those of a list of values: such a one has
/// as many texts as there are lengths, and is better prepared each time.
pub fn update<S: IntoUpdateTarget>(target: S) -> Target<S::Table, S::WhereClause> {
    let UpdateTarget { table, where_clause } = target.into_update_target();
    Target { table, filter: where_clause }
}

/// Which rows to update.
#[derive(Debug, Clone, Copy)]
pub struct Target<T, W> {
    table: T,
    filter: W,
}

impl<T: QuerySource, W> Target<T, W> {
    /// What the rows become.
    pub fn set<V: AsChangeset<Target = T>>(
        self,
        values: V,
    ) -> Update<T, T::FromClause, V::Changeset, W, Nothing> {
        let table = self.table.from_clause();
        Update {
            of: self.table,
            table,
            values: values.as_changeset(),
            filter: self.filter,
            returning: Nothing,
        }
    }
}

/// An `UPDATE` of the table `T`.
#[derive(Debug, Clone, Copy)]
pub struct Update<T, F, V, W, R> {
    of: T,
    table: F,
    values: V,
    filter: W,
    returning: R,
}

/// An update that returns nothing but how many rows it found.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

/// What an update returns of each row.
#[derive(Debug, Clone, Copy)]
pub struct Returning<E>(E);

impl<T, F, V, W> Update<T, F, V, W, Nothing> {
    /// Has the update return columns of each row, as they are after it.
    pub fn returning<E: SelectableExpression<T>>(self, columns: E) -> Update<T, F, V, W, Returning<E>> {
        let Self { of, table, values, filter, returning: Nothing } = self;
        Update { of, table, values, filter, returning: Returning(columns) }
    }
}

impl<T, F, V, W, R, DB: Backend> QueryFragment<DB> for Update<T, F, V, W, R>
where
    F: QueryFragment<DB>,
    V: QueryFragment<DB>,
    W: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        self.filter.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend> QueryFragment<DB> for Nothing {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<E: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Returning<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" RETURNING ");
        self.0.walk_ast(out)
    }
}

/// None of its own: the text is the key.
impl<T, F, V, W, R> QueryId for Update<T, F, V, W, R> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, F, V, W, E: Expression> Query for Update<T, F, V, W, Returning<E>> {
    type SqlType = E::SqlType;
}

impl<T, F, V, W, R, C> RunQueryDsl<C> for Update<T, F, V, W, R> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::lease;
    use diesel::connection::{InstrumentationEvent, SimpleConnection};
    use std::fs;
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    /// A connection that notes which statements it keeps.
    fn connection() -> (SqliteConnection, Arc<Mutex<Vec<String>>>) {
        let mut conn = SqliteConnection::establish(":memory:").expect("a database in memory");
        conn.batch_execute(
            "CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)",
        )
        .expect("a table");
        let kept = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&kept);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { sql, .. } = event {
                notes.lock().expect("one thread").push(sql.to_owned());
            }
        });
        (conn, kept)
    }

    #[test]
    fn an_update_is_prepared_once_for_each_text() {
        let (mut conn, kept) = connection();
        for holder in ["a", "b", "c"] {
            let set = update(lease::table.find("sealer")).set(lease::holder.eq(holder));
            set.execute(&mut conn).expect("an update");
        }
        assert_eq!(kept.lock().expect("one thread").len(), 1);
        let other = update(lease::table.find("sealer")).set(lease::until.eq(1));
        other.execute(&mut conn).expect("an update");
        assert_eq!(kept.lock().expect("one thread").len(), 2, "other columns, another statement");
    }

    /// How many updates of diesel's own the files of a folder have, by file.
    fn plain_updates(folder: &Path) -> Vec<(String, usize)> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let found = entries.flat_map(|path| {
            if path.is_dir() {
                return plain_updates(&path);
            }
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            vec![(name, fs::read_to_string(&path).expect("a file").matches("diesel::update(").count())]
        });
        found.filter(|(_, updates)| *updates > 0).collect()
    }

    #[test]
    fn no_query_updates_past_this_but_one_of_a_list() {
        let queries = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/queries");
        // The open sessions with these ids.
        assert_eq!(plain_updates(&queries), [("sessions.rs".to_owned(), 1)]);
    }

    #[test]
    fn an_update_returns_what_a_row_became() {
        let (mut conn, kept) = connection();
        conn.batch_execute("INSERT INTO lease VALUES ('sealer', 'a', 1)").expect("a row");
        for until in 2..5_i64 {
            let renewed = update(lease::table.find("sealer")).set(lease::until.eq(until));
            let row: (String, i64) =
                renewed.returning((lease::holder, lease::until)).get_result(&mut conn).expect("its row");
            assert_eq!(row, ("a".to_owned(), until));
        }
        assert_eq!(kept.lock().expect("one thread").len(), 1);
    }
}
