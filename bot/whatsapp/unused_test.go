package whatsapp

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

// Keys of people that the bot has nothing to do with any more go, and so do their numbers; those that are used stay.
func TestUnusedKeysAreClearedAway(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { unusedKeysAreClearedAway(t, filepath.Join(t.TempDir(), "bot.whatsapp")) })
	t.Run("postgres", func(t *testing.T) { unusedKeysAreClearedAway(t, postgres(t)) })
}

// postgres is the address of an empty schema on the server for tests.
func postgres(t *testing.T) string {
	t.Helper()
	address := os.Getenv("BUURTBODE_TEST_POSTGRES")
	if address == "" {
		t.Skip("no PostgreSQL: `make test` starts one")
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprint("whatsapp_unused_", os.Getpid())
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		_ = db.Close()
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func unusedKeysAreClearedAway(t *testing.T, address string) {
	ctx := context.Background()
	s, err := OpenStore(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	device, err := whatsapptest.New(t).Link(ctx, s.Container(), "31600000001")
	if err != nil {
		t.Fatal(err)
	}
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	session := func(person string, use byte) {
		t.Helper()
		must(device.Sessions.PutSession(ctx, person+"_1:0", bytes.Repeat([]byte{use}, 100)))
	}
	const many = 3 * pageOf
	person := func(i int) string { return fmt.Sprint(100_000_000 + i) }
	for i := range many {
		session(person(i), 1)
		must(device.Identities.PutIdentity(ctx, person(i)+"_1:0", [32]byte{1}), device.SenderKeys.PutSenderKey(ctx, "1@g.us", person(i)+"_1:0", []byte{1}),
			device.LIDs.PutLIDMapping(ctx, types.NewJID(person(i), types.HiddenUserServer), types.NewJID(fmt.Sprint(31600001000+i), types.DefaultUserServer)))
		_, _, err := device.Contacts.PutPushName(ctx, types.NewJID(person(i), types.HiddenUserServer), "Anna")
		must(err)
	}
	count := func(table string) (n int) {
		t.Helper()
		must(s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n))
		return n
	}
	identities := count("whatsmeow_identity_keys") - many // the phone's own
	begun := time.Date(2018, time.May, 10, 14, 0, 0, 0, time.UTC)
	must(s.prune(ctx, begun))
	if n := count("whatsmeow_sessions"); n != many {
		t.Fatalf("%d of %d sessions are left at once", n, many)
	}
	for i := range 10 { // ten people stay, with a session that is used and a key that is not
		session(person(i), 2)
	}
	must(s.prune(ctx, begun.Add(unusedKept-time.Hour)))
	must(s.prune(ctx, begun.Add(unusedKept+time.Hour)))
	for table, want := range map[string]int{
		"whatsmeow_sessions": 10, "whatsmeow_identity_keys": 10 + identities, "whatsmeow_sender_keys": 0,
		"whatsmeow_lid_map": 10 + 1, "whatsmeow_contacts": 0, // the bot's own number too
	} {
		if n := count(table); n != want {
			t.Errorf("%s has %d rows, want %d", table, n, want)
		}
	}
	if n := count("whatsapp_unused"); n > 2*(10+1) {
		t.Errorf("%d marks are left", n)
	}
}
