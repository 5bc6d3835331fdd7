//go:build !race

package bot_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite"
	_ "github.com/jackc/pgx/v5/stdlib"
	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

const (
	mortalNumber = "31600000001"
	mortalKills  = 10
)

// mortal is the program on a stand-in for WhatsApp, which is killed and started again. What WhatsApp knows outlives it.
type mortal struct {
	*testing.T
	program string
	cfg     storage.Config
	server  *whatsapptest.Server
	bot     types.JID // its private chat
	process *process
}

// eachMortal runs a test with WhatsApp's keys in a file beside the database, and in the same PostgreSQL database.
func eachMortal(t *testing.T, test func(m *mortal)) {
	program := build(t)
	each(t, func(t *testing.T, cfg storage.Config) {
		m := &mortal{T: t, program: program, cfg: cfg, server: whatsapptest.New(t)}
		m.bot = m.server.PN(mortalNumber)
		keys, err := whatsapp.OpenStore(t.Context(), m.keys())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = keys.Close() }()
		if _, err := m.server.Link(t.Context(), keys.Container(), mortalNumber); err != nil {
			t.Fatal(err)
		}
		m.call("import", "sample")
		test(m)
	})
}

// keys is where WhatsApp's keys are when no setting says otherwise.
func (m *mortal) keys() string {
	if m.cfg.Postgres() {
		return m.cfg.Database
	}
	return m.cfg.Database + ".whatsapp"
}

func (m *mortal) environment() []string {
	return append(os.Environ(), "BUURTBODE_DATABASE="+m.cfg.Database, "BUURTBODE_KEYS="+m.cfg.KeysFile(), "BUURTBODE_WEB=",
		"BUURTBODE_WHATSAPP=on", "BUURTBODE_LOG_LEVEL=debug", "BUURTBODE_WHATSAPP_RATE=60000",
		"BUURTBODE_WHATSAPP_SERVER="+m.server.Addr()+"#"+m.server.PublicKey())
}

func (m *mortal) call(args ...string) string {
	m.Helper()
	cmd := exec.CommandContext(m.Context(), m.program, args...)
	cmd.Env = m.environment()
	out, err := cmd.Output()
	if err != nil {
		m.Fatalf("%v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

func (m *mortal) lives() {
	m.Helper()
	p := &process{t: m.T, cmd: exec.CommandContext(m.Context(), m.program), log: &output{}, end: make(chan struct{})}
	p.cmd.Env = m.environment()
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		m.Fatal(err)
	}
	go func() {
		defer close(p.end)
		_ = p.cmd.Wait() // it is killed
	}()
	m.process = p
	m.Cleanup(func() {
		if m.Failed() {
			m.Logf("the last log:\n%s", p.log)
		}
	})
}

// dies kills the program: nothing of what it was doing is finished.
func (m *mortal) dies() {
	m.Helper()
	m.process.signal(os.Kill)
	m.process.ends(-1)
}

// officer is somebody who may send alerts in Lisse.
func (m *mortal) officer(name, number string) *whatsapptest.Phone {
	m.Helper()
	p := m.server.Person(name, number)
	p.Says(m.bot, "/activate "+m.call("invite", "officer", "--area", "Lisse"))
	p.Hears(m.T, m.bot, "Lisse")
	return p
}

// open opens one of the two databases as another program does.
func (m *mortal) open(address string) *sql.DB {
	m.Helper()
	driver := "pgx"
	if !m.cfg.Postgres() {
		driver, address = "sqlite", "file:"+address+"?_pragma=busy_timeout(10000)&_txlock=immediate"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		m.Fatal(err)
	}
	m.Cleanup(func() { _ = db.Close() })
	return db
}

func (m *mortal) count(db *sql.DB, query string) (n int) {
	m.Helper()
	if err := db.QueryRowContext(m.Context(), query).Scan(&n); err != nil {
		m.Fatal(err)
	}
	return n
}

// becomes waits until a query counts so many rows.
func (m *mortal) becomes(db *sql.DB, query string, want int) {
	m.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		n := m.count(db, query)
		if n == want {
			return
		}
		if time.Now().After(end) {
			m.Fatalf("%s counts %d, want %d", query, n, want)
		}
	}
}

// locks keeps everybody else from writing to a table, on SQLite to the whole file, until release.
func (m *mortal) locks(db *sql.DB, table string) (release func()) {
	m.Helper()
	tx, err := db.BeginTx(context.WithoutCancel(m.Context()), nil)
	if err == nil && m.cfg.Postgres() {
		_, err = tx.ExecContext(m.Context(), "LOCK TABLE "+table+" IN SHARE MODE")
	}
	if err != nil {
		m.Fatal(err)
	}
	return func() { _ = tx.Rollback() }
}

// The library has decrypted a message, and its key is used up: then the program is killed, first before the message is
// handled, then after that but before WhatsApp hears so. Both times it is handled again, and happens once.
func TestKilledBeforeTheAcknowledgement(t *testing.T) {
	eachMortal(t, func(m *mortal) {
		m.lives()
		anna := m.officer("Anna", "31600000002")
		m.server.Confirmed(m.T, mortalNumber)
		ours, keys := m.open(m.cfg.Database), m.open(m.keys())
		const decrypted, noted = "SELECT COUNT(*) FROM whatsmeow_event_buffer WHERE plaintext IS NOT NULL", "SELECT COUNT(*) FROM notes"
		m.becomes(keys, decrypted, 0)

		release := m.locks(ours, "inbox")
		anna.Says(m.bot, "/notitie Fietslicht gecontroleerd")
		m.becomes(keys, decrypted, 1)
		m.dies()
		release()
		if n := m.count(ours, noted); n != 0 {
			m.Fatalf("it was handled before it was killed: %d notes", n)
		}
		if m.server.Waiting(mortalNumber) == 0 {
			m.Fatal("it was confirmed before it was handled")
		}
		m.lives()
		anna.Hears(m.T, m.bot, "Staat genoteerd")
		m.server.Confirmed(m.T, mortalNumber)

		m.becomes(keys, decrypted, 0)
		release = m.locks(ours, "inbox")
		anna.Says(m.bot, "/notitie Extra rondes bij het station")
		m.becomes(keys, decrypted, 1)
		confirming := m.locks(keys, "whatsmeow_event_buffer")
		release()
		m.becomes(ours, noted, 2)
		m.dies()
		confirming()
		if m.server.Waiting(mortalNumber) == 0 {
			m.Fatal("it was confirmed before it was killed")
		}
		m.lives()
		m.server.Confirmed(m.T, mortalNumber)
		anna.Says(m.bot, "/saar")
		anna.Hears(m.T, m.bot, "112")
		answers := 0
		for _, heard := range anna.Heard(m.bot) {
			if strings.Contains(heard.Text, "Staat genoteerd") {
				answers++
			}
		}
		if n := m.count(ours, noted); n != 2 || answers != 2 {
			m.Errorf("two notes were kept as %d and answered %d times", n, answers)
		}
	})
}

// answers counts the messages of a private chat that hold some words. A repeat under the same id counts once.
func answers(p *whatsapptest.Phone, chat types.JID, words string) (n int) {
	for _, m := range p.Heard(chat) {
		if strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

// Four officers say sixty things; the program is killed ten times meanwhile, wherever it happens to be.
func TestWhatIsSaidOnWhatsAppHappensOnceHoweverOftenItIsKilled(t *testing.T) {
	const people, inALife, done = 4, 6, "Staat genoteerd"
	eachMortal(t, func(m *mortal) {
		dice := rand.New(rand.NewPCG(2018, 5))
		m.lives()
		var officers []*whatsapptest.Phone
		for i := range people {
			officers = append(officers, m.officer(fmt.Sprint("Officer ", i), fmt.Sprint(31600000010+i)))
		}
		answered := func() (n int) {
			for _, o := range officers {
				n += answers(o, m.bot, done)
			}
			return n
		}
		for life := range mortalKills {
			for i := range inALife {
				n := life*inALife + i
				officers[n%people].Says(m.bot, fmt.Sprintf("/notitie Nummer %d.", n))
			}
			m.until("some are answered", func() bool { return answered() >= life*inALife+dice.IntN(inALife) })
			<-time.After(time.Duration(dice.IntN(20)) * time.Millisecond) // it is in the middle of anything
			m.dies()
			m.lives()
		}
		const all = mortalKills * inALife
		m.until("all are answered", func() bool { return answered() == all })
		m.server.Confirmed(m.T, mortalNumber)
		if n := m.count(m.open(m.cfg.Database), "SELECT COUNT(*) FROM notes"); n != all {
			m.Errorf("%d notes were kept as %d", all, n)
		}
		repeats := 0
		for i, o := range officers {
			if n := answers(o, m.bot, done); n != all/people {
				m.Errorf("officer %d was answered %d times, want %d", i, n, all/people)
			}
			repeats += repeated(o, m.bot)
		}
		if repeats > mortalKills {
			m.Errorf("%d repeats in %d kills, want at most one for each kill", repeats, mortalKills)
		}
		m.Logf("%d repeats in %d kills, of %d answers", repeats, mortalKills, all)
	})
}

// repeated is how many messages of a chat came again under the same id: the phone shows each once.
func repeated(p *whatsapptest.Phone, chat types.JID) (n int) {
	for _, m := range p.Heard(chat) {
		n += m.Copies - 1
	}
	return n
}

// until waits for something that no event tells of.
func (m *mortal) until(what string, done func() bool) {
	m.Helper()
	for end := time.Now().Add(40 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			m.Fatalf("waited in vain until %s; the log:\n%s", what, m.process.log)
		}
	}
}

// An alert goes to forty admin groups; the program is killed ten times on the way. Each group gets it, each phone shows
// it once, and what is sent again has the same id.
func TestKilledInTheMiddleOfAnAlertOnWhatsApp(t *testing.T) {
	const many, words = 40, "Fietsendieven actief"
	eachMortal(t, func(m *mortal) {
		m.lives()
		anna, bert := m.officer("Anna", "31600000002"), m.server.Person("Bert", "31600000003")
		groups := m.adminGroups(many, anna, bert)
		for _, say := range []string{"/melding waarschuwing", words, "Stationsplein", "gisteren", "overslaan", "overslaan", "1"} {
			m.server.Confirmed(m.T, mortalNumber)
			anna.Says(m.bot, say)
		}
		anna.Hears(m.T, m.bot, "Controleer je melding")
		anna.HearsWhere(m.T, m.bot, "to send it", func(h whatsapptest.Message) bool {
			return strings.Contains(h.Text+strings.Join(h.Options, " "), "Versturen")
		})
		anna.Says(m.bot, "1")
		dice := rand.New(rand.NewPCG(2018, 5))
		at := dice.Perm(many - 1)[:mortalKills]
		slices.Sort(at)
		for _, i := range at {
			bert.Hears(m.T, groups[i], words)
			<-time.After(time.Duration(dice.IntN(20)) * time.Millisecond) // it is in the middle of anything
			m.dies()
			m.lives()
		}
		repeats := 0
		for i, g := range groups {
			for name, p := range map[string]*whatsapptest.Phone{"Anna": anna, "Bert": bert} {
				p.Hears(m.T, g, words)
				if n := answers(p, g, words); n != 1 {
					m.Errorf("%s's phone shows it %d times in group %d", name, n, i)
				}
			}
			repeats += repeated(bert, g)
		}
		m.becomes(m.open(m.cfg.Database), "SELECT COUNT(*) FROM deliveries WHERE state <> 'sent'", 0)
		if repeats > mortalKills {
			m.Errorf("%d repeats in %d kills by one worker", repeats, mortalKills)
		}
		m.Logf("%d repeats in %d kills, to %d groups", repeats, mortalKills, many)
	})
}

// adminGroups makes groups with the bot, and links them to Lisse.
func (m *mortal) adminGroups(many int, members ...*whatsapptest.Phone) (groups []types.JID) {
	m.Helper()
	parts := []whatsapptest.GroupPart{}
	for _, p := range members {
		parts = append(parts, p)
	}
	for i := range many {
		groups = append(groups, m.server.Group(fmt.Sprint("Beheerders ", i), append(parts, whatsapptest.Member(mortalNumber))...))
	}
	m.server.Confirmed(m.T, mortalNumber)
	store := storagetest.Open(m.T, m.cfg)
	err := store.Write(m.Context(), func(tx *storage.Tx) error {
		areas, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		for i, g := range groups {
			at := messages.Address{Platform: "whatsapp", Account: m.server.LID(mortalNumber).User, Chat: g.String()}
			c, err := tx.EnsureChat(at, messages.Group, fmt.Sprint("Beheerders ", i), time.Now())
			if err != nil {
				return err
			}
			if err := tx.LinkChat(c.ID, areas[0].ID, "", time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		m.Fatal(err)
	}
	return groups
}

// A phone that can't read what was sent before the kill asks for it again, and gets it from what was sent: in private and
// in a group.
func TestAPhoneAsksAgainAfterAKill(t *testing.T) {
	eachMortal(t, func(m *mortal) {
		m.lives()
		anna := m.officer("Anna", "31600000002")
		group := m.adminGroups(1, anna)[0]
		bert := m.server.Person("Bert", "31600000003")
		m.server.Confirmed(m.T, mortalNumber)
		anna.Says(group, "/saar")
		anna.Hears(m.T, group, "112") // the sessions are settled on both sides
		m.server.Confirmed(m.T, mortalNumber)
		m.dies()
		anna.Says(m.bot, "/notitie Fietslicht gecontroleerd")
		bert.Says(m.bot, "/saar")
		anna.Says(group, "/huisregels")
		anna.Offline()
		m.lives()
		bert.Hears(m.T, m.bot, "112")
		m.server.Confirmed(m.T, mortalNumber)
		m.becomes(m.open(m.cfg.Database), "SELECT COUNT(*) FROM deliveries WHERE state <> 'sent'", 0)
		m.dies()
		for _, user := range []string{m.server.LID(mortalNumber).SignalAddressUser(), m.bot.SignalAddressUser()} {
			if err := anna.Client().Store.Sessions.DeleteAllSessions(m.Context(), user); err != nil {
				m.Fatal(err)
			}
		}
		m.lives()
		anna.Online()
		for _, c := range []struct {
			chat  types.JID
			words string
		}{{m.bot, "Staat genoteerd"}, {group, "18"}} {
			if heard := anna.Hears(m.T, c.chat, c.words); heard.Retry == 0 {
				m.Errorf("%q came as %+v, want it as a repeat that the phone asked for", c.words, heard)
			}
			if n := answers(anna, c.chat, c.words); n != 1 {
				m.Errorf("%q is shown %d times", c.words, n)
			}
		}
	})
}
