package storage_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func ctx() context.Context { return context.Background() }

func read(t testing.TB, s *storage.Store, do func(tx *storage.Tx) error) {
	t.Helper()
	if err := s.Read(ctx(), do); err != nil {
		t.Fatal(err)
	}
}

// raw is the database without the store around it, for what only a test does to it.
func raw(t testing.TB, cfg storage.Config) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if cfg.Postgres() {
		driver = "pgx"
	}
	db, err := sql.Open(driver, cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execute(t testing.TB, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.ExecContext(ctx(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// eachConfig is storagetest.Each for a test that opens the database itself.
func eachConfig(t *testing.T, test func(t *testing.T, cfg storage.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, storagetest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storagetest.Postgres(t)) })
}

func at(chat string) messages.Address {
	return messages.Address{Platform: "telegram", Account: "1", Chat: chat}
}

// chat adds a group, or a private chat where the address is above 0.
func chat(t testing.TB, s *storage.Store, address string) storage.Chat {
	t.Helper()
	var c storage.Chat
	kind := messages.Direct
	if strings.HasPrefix(address, "-") {
		kind = messages.Group
	}
	write(t, s, func(tx *storage.Tx) (err error) {
		c, err = tx.EnsureChat(at(address), kind, "chat "+address, noon)
		return err
	})
	return c
}

// person adds somebody with a private chat of the same number.
func person(t testing.TB, s *storage.Store, user string) storage.Person {
	t.Helper()
	private := chat(t, s, user)
	var p storage.Person
	write(t, s, func(tx *storage.Tx) (err error) {
		p, err = tx.EnsurePerson(private.AccountID, messages.Sender{ID: user, Name: "Person " + user, Language: "nl"}, &private.ID, noon)
		return err
	})
	return p
}

// district imports two municipalities, one of three areas, which two teams share.
func district(t testing.TB, s *storage.Store) map[string]storage.Area {
	t.Helper()
	degrees := func(d float64) *float64 { return &d }
	areas := map[string]storage.Area{}
	write(t, s, func(tx *storage.Tx) error {
		if err := tx.Import(storage.Structure{
			Districts: []storage.DistrictEntry{{Name: "District", Unit: "Unit"}},
			Teams:     []storage.TeamEntry{{Name: "North", District: "District"}, {Name: "South"}},
			Municipalities: []storage.MunicipalityEntry{
				{Name: "Bergen", District: "District", Team: "North", Inhabitants: 30_000, Year: 2018, Areas: []storage.AreaEntry{
					{Name: "Bergen", Postcodes: []string{"1861"}, Latitude: degrees(52.67), Longitude: degrees(4.70)},
					{Name: "Schoorl", Postcodes: []string{"1871"}, Places: []string{"Groët", "Camperduin"}, Neighbours: []string{"Bergen"}},
					{Name: "Egmond", Team: "South", Postcodes: []string{"1931"}, Neighbours: []string{"Castricum"}},
				}},
				{Name: "Castricum", Areas: []storage.AreaEntry{
					{Name: "Castricum", Postcodes: []string{"1901"}},
					{Name: "Bakkum", Postcodes: []string{"1901"}, Neighbours: []string{"Castricum"}},
				}},
			},
		}); err != nil {
			return err
		}
		all, err := tx.Areas()
		for _, a := range all {
			areas[a.Name] = a
		}
		return err
	})
	return areas
}

func names(areas []storage.Area) string {
	out := make([]string, len(areas))
	for i, a := range areas {
		out[i] = a.Name
	}
	return strings.Join(out, ",")
}

// open opens a database and closes it again.
func open(t testing.TB, cfg storage.Config) {
	t.Helper()
	s, err := storage.Open(ctx(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
