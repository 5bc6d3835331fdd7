package whatsapptest_test

import (
	"database/sql"
	"errors"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

// unlinked makes a client without a number.
func unlinked(t *testing.T, server *whatsapptest.Server) *whatsmeow.Client {
	t.Helper()
	return client(t, server, whatsmeow.NewClient(container(t).NewDevice(), nil))
}

// container makes an empty store in a file.
func container(t *testing.T) *sqlstore.Container {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+t.TempDir()+"/whatsapp.db?_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	c := sqlstore.NewWithDB(db, "sqlite", nil)
	if err := c.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPairingByQR(t *testing.T) {
	server := whatsapptest.New(t)
	anna := server.Person("Anna", annasNumber)
	bot := unlinked(t, server)
	codes, err := bot.GetQRChannel(within(t))
	if err != nil {
		t.Fatal(err)
	}
	online, heard := on[*events.OfflineSyncCompleted](bot), on[*events.Message](bot)
	if err := bot.Connect(); err != nil {
		t.Fatal(err)
	}
	leaves(t, server, bot)
	shown := next(t, codes)
	if shown.Event != whatsmeow.QRChannelEventCode {
		t.Fatalf("shown: %+v", shown)
	}
	if err := server.ScanQR("2@nothing,a,b,c", botsNumber); !errors.Is(err, whatsapptest.ErrNoSuchCode) {
		t.Errorf("another code gives %v", err)
	}
	if err := server.ScanQR(shown.Code, botsNumber); err != nil {
		t.Fatal(err)
	}
	if end := next(t, codes); end != whatsmeow.QRChannelSuccess {
		t.Errorf("the end is %+v", end)
	}
	next(t, online)
	if id := bot.Store.ID; id == nil || id.User != botsNumber || id.Device != 1 || bot.Store.LID.ToNonAD() != server.LID(botsNumber) {
		t.Errorf("linked as %v, %v", id, bot.Store.LID)
	}
	anna.Says(server.PN(botsNumber), "Hallo bot")
	hears(t, heard, "Hallo bot", func(m *events.Message) bool { return m.Info.Sender.ToNonAD() == anna.PN() })
	if _, err := bot.SendMessage(within(t), anna.PN(), text("Dag Anna")); err != nil {
		t.Fatal(err)
	}
	anna.Hears(t, server.PN(botsNumber), "Dag Anna")
}

func TestPairingByCode(t *testing.T) {
	server := whatsapptest.New(t)
	anna := server.Person("Anna", annasNumber)
	bot := unlinked(t, server)
	ready, paired, online := on[*events.QR](bot), on[*events.PairSuccess](bot), on[*events.OfflineSyncCompleted](bot)
	if err := bot.Connect(); err != nil {
		t.Fatal(err)
	}
	leaves(t, server, bot)
	next(t, ready)
	if err := server.EnterCode(annasNumber, "ABCD-EFGH"); !errors.Is(err, whatsapptest.ErrNoSuchCode) {
		t.Errorf("a code that nobody shows gives %v", err)
	}
	code, err := bot.PairPhone(within(t), "+"+annasNumber, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.EnterCode(annasNumber, "ABCD-EFGH"); !errors.Is(err, whatsapptest.ErrWrongCode) {
		t.Errorf("a wrong code gives %v", err)
	}
	if err := server.EnterCode(annasNumber, code); err != nil {
		t.Fatal(err)
	}
	if e := next(t, paired); e.ID.User != annasNumber {
		t.Errorf("paired %+v", e)
	}
	next(t, online)
	bert := server.Person("Bert", bertsNumber)
	if _, err := bot.SendMessage(within(t), bert.PN(), text("Namens Anna")); err != nil {
		t.Fatal(err)
	}
	bert.Hears(t, anna.PN(), "Namens Anna")
	anna.HearsWhere(t, bert.PN(), "that her other device sent", func(m whatsapptest.Message) bool { return m.Mine })
}

func TestAClientMayRefuseToBePaired(t *testing.T) {
	server := whatsapptest.New(t)
	bot := unlinked(t, server)
	bot.PrePairCallback = func(types.JID, string, string) bool { return false }
	ready := on[*events.QR](bot)
	if err := bot.Connect(); err != nil {
		t.Fatal(err)
	}
	leaves(t, server, bot)
	if err := server.ScanQR(next(t, ready).Codes[0], botsNumber); !errors.Is(err, whatsapptest.ErrRefused) {
		t.Errorf("the scan gives %v", err)
	}
}
