package bot_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// finds checks that the doctor's lines hold these, each the beginning of one or more whole lines.
func (c called) finds(t *testing.T, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if !strings.Contains("\n"+c.out, "\n"+l) {
			t.Errorf("the doctor doesn't find %q:\n%s", l, c.out)
		}
	}
	for line := range strings.Lines(c.out) {
		if !strings.HasPrefix(line, "ok  ") && !strings.HasPrefix(line, "!!  ") {
			t.Errorf("this line is neither ok nor !!: %q", line)
		}
	}
}

func TestDoctorSaysWhatIsMissing(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		call(t, cfg, "import", "sample").want(t, 0)
		got := call(t, cfg, "doctor")
		got.want(t, 1, "4 things need your attention")
		got.finds(
			t, "ok  key set: "+cfg.KeysFile()+" fits the database", "ok  no bot is running now", "ok  queue: 0 messages wait",
			"!!  roles: there is no officer", "!!  roles: there is no portfolio holder", "!!  areas: 11 of 11 have no admin group",
			"!!  networks: there is none to run on", "ok  weekly summary: 0 9 * * MON, so next on Monday 14 May 2018 09:00:00 CEST",
			"ok  web server: off",
		)
		// between two and three nothing is planned
		call(t, cfg, "--weekly=30 2 * * *", "doctor").finds(t, "ok  weekly summary: 30 2 * * *, so next on Tuesday 8 May 2018 03:00:00 CEST")
	})
}

func TestDoctorOfABotThatIsSetUp(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		telegram := telegramtest.New(t)
		setUp(t, cfg, 0)
		args := []string{"--telegram-token", telegram.Token(), "--telegram-api", telegram.URL(), "--web=0.0.0.0:8080", "--weekly=@every 10s", "doctor"}
		got := call(t, cfg, args...)
		got.want(t, 0)
		got.finds(
			t, "ok  areas: the alerts of all 1 reach an admin group", "ok  roles: 1 officer, 1 portfolio",
			"ok  telegram: Telegram accepts the token; the bot is @"+telegramtest.Username, "ok  queue: 1 messages wait",
			"ok  web server: 0.0.0.0:8080 can be reached from other machines", "ok  weekly summary: @every 10s, so next on Monday 7 May 2018 12:00:10 CEST",
		)
		t.Setenv("BUURTBODE_WEEKLEY", "x")
		telegram.Fail(telegramtest.Fault{Method: "getMe", Trouble: telegramtest.Refuse(401, "Unauthorized")})
		got = call(t, cfg, args...)
		got.want(t, 1, "2 things need your attention")
		got.finds(t, "!!  telegram: Telegram refuses the token", "!!  settings: BUURTBODE_WEEKLEY is no setting")
		for _, secret := range []string{"not-a-secret", "postgres://"} {
			if strings.Contains(got.out, secret) {
				t.Errorf("the doctor shows %q:\n%s", secret, got.out)
			}
		}
	})
}

func TestDoctorFindsAQueueThatIsStuckAndKeysThatOthersRead(t *testing.T) {
	cfg := storagetest.SQLite(t)
	setUp(t, cfg, 11*60*1000)
	if err := os.Chmod(cfg.KeysFile(), 0o644); err != nil {
		t.Fatal(err)
	}
	call(t, cfg, "doctor").finds(t, "!!  queue: 1 of 1 messages that wait were due more than ten minutes ago", "!!  key set: others on this machine can read")
}

// setUp makes a database with one area, its admin group, an officer, a portfolio holder, and a message that waits since
// so many milliseconds.
func setUp(t *testing.T, cfg storage.Config, waits int64) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "structure.toml")
	if err := os.WriteFile(file, []byte("[[municipality]]\nname = 'Lisse'\n[[municipality.area]]\nname = 'Lisse'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, cfg, "import", file).want(t, 0)
	store := storagetest.Open(t, cfg)
	now := noon(amsterdam(t))
	err := store.Write(t.Context(), func(tx *storage.Tx) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		group, err := tx.EnsureChat(messages.Address{Platform: "telegram", Account: "1", Chat: "-1"}, messages.Group, "Beheerders", now)
		if err != nil {
			return err
		}
		if err := tx.LinkChat(group.ID, areas[0].ID, "", now); err != nil {
			return err
		}
		p, err := tx.EnsurePerson(group.AccountID, sender("7"), nil, now)
		if err != nil {
			return err
		}
		for _, r := range []storage.RoleName{storage.Officer, storage.Portfolio} {
			if err := tx.GrantRole(storage.Role{PersonID: p.ID, Role: r, Scope: storage.Scope{AreaID: &areas[0].ID}}); err != nil {
				return err
			}
		}
		_, err = tx.Queue(storage.Delivery{Cause: "test", ChatID: group.ID, Priority: storage.Urgent, CreatedAt: now.UnixMilli() - waits})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A database of an older version can be looked at and copied; only a bot, or what changes it, brings it up to date, and
// not while an older bot runs on it.
func TestDatabaseOfAnOlderVersion(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	db, err := sql.Open("sqlite", cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)"); err != nil {
		t.Fatal(err)
	}
	call(t, cfg, "backup", filepath.Join(t.TempDir(), "copy.db")).want(t, 0)
	got := call(t, cfg, "doctor")
	got.want(t, 1)
	got.finds(t, "!!  database: an older version made it")

	lock, err := storagetest.Open(t, storage.Config{Database: cfg.Database, Keys: cfg.KeysFile(), AsIs: true}).Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Release() }()
	call(t, cfg, "import", "sample").want(t, 1, "another buurtbode is running on this database")

	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	call(t, cfg, "import", "sample").want(t, 1, "made by a newer buurtbode")
}

func TestDoctorFindsChatsInWhichTheBotCannotWrite(t *testing.T) {
	telegram := telegramtest.New(t)
	account, _, _ := strings.Cut(telegram.Token(), ":")
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	ria := telegram.Person("Ria")
	fine, left := telegram.Group("Beheerders").Join(ria).AddBot(), telegram.Group("Verlaten").Join(ria).AddBot()
	open, shut := telegram.Channel("Kanaal").Join(ria).AddBot(), telegram.Channel("Stil").Join(ria).AddBot()
	shut.DemoteBot()
	left.RemoveBot()
	store := storagetest.Open(t, cfg)
	now := noon(amsterdam(t))
	err := store.Write(t.Context(), func(tx *storage.Tx) error {
		areas, err := tx.Areas()
		for _, c := range []struct {
			chat  *telegramtest.Group
			title string
			kind  messages.ChatKind
		}{{fine, "Beheerders", messages.Group}, {left, "Verlaten", messages.Group}, {open, "Kanaal", messages.Channel}, {shut, "Stil", messages.Channel}} {
			at := messages.Address{Platform: "telegram", Account: account, Chat: strconv.FormatInt(c.chat.ID(), 10)}
			chat, ensured := tx.EnsureChat(at, c.kind, c.title, now)
			err = errors.Join(err, ensured, tx.LinkChat(chat.ID, areas[0].ID, "", now))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got := call(t, cfg, "--telegram-token", telegram.Token(), "--telegram-api", telegram.URL(), "doctor")
	got.finds(t, `!!  telegram: group "Verlaten": the bot is not in it any more: add it again`,
		`!!  telegram: channel "Stil": the bot may not post there: make it an administrator`,
		"ok  telegram: the bot can write in 2 of 4 linked groups and channels")
}
