package storage

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
)

// A new table that names a person must say what becomes of its rows when two people turn out to be one.
func TestJoiningKnowsEveryColumnOfAPerson(t *testing.T) {
	cfg := Config{Database: filepath.Join(t.TempDir(), "b.db")}
	open(t, cfg)
	rows, err := file(t, cfg.Database).QueryContext(context.Background(), `SELECT tables.name, keys."from"
		FROM sqlite_master tables JOIN pragma_foreign_key_list(tables.name) keys
		WHERE tables.type = 'table' AND keys."table" = 'persons' ORDER BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var want, got []string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		want = append(want, table+"."+column)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range personColumns() {
		got = append(got, c.table+"."+c.column)
	}
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(want, got) {
		t.Errorf("columns of a person:\n  schema %v\n  joined %v", want, got)
	}
}
