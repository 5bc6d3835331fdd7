package whatsapptest_test

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func TestAMessageComesAgainUntilItIsConfirmed(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	bot.EnableDecryptedEventBuffer = true
	refused := make(chan types.MessageID, 10)
	bot.AddEventHandlerWithSuccessStatus(func(e any) bool {
		if m, ok := e.(*events.Message); ok {
			refused <- m.Info.ID
			return false
		}
		return true
	})
	connects(t, server, bot)
	id := anna.Says(server.PN(botsNumber), "onthoud dit")
	if got := next(t, refused); got != id {
		t.Errorf("the bot got %s", got)
	}
	if n := server.Waiting(botsNumber); n != 1 {
		t.Errorf("%d messages wait, want 1", n)
	}
	// As after a crash: another client with the same keys. The first hears that it was replaced.
	replaced := on[*events.StreamReplaced](bot)
	second := client(t, server, whatsmeow.NewClient(bot.Store, nil))
	second.EnableDecryptedEventBuffer = true
	heard := on[*events.Message](second)
	connects(t, server, second)
	next(t, replaced)
	hears(t, heard, "onthoud dit", func(m *events.Message) bool { return m.Info.ID == id })
	server.Confirmed(t, botsNumber)
}

func TestStrangersAreNotWrittenTo(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	heard := on[*events.Message](bot)
	connects(t, server, bot)
	server.StrictAboutStrangers()
	if _, err := bot.SendMessage(within(t), anna.PN(), text("Dag onbekende")); err == nil {
		t.Error("the bot could write first")
	}
	anna.Says(server.PN(botsNumber), "Dag bot")
	hears(t, heard, "Dag bot", func(*events.Message) bool { return true })
	server.Settled(t)
	if _, err := bot.SendMessage(within(t), anna.PN(), text("Dag Anna")); err != nil {
		t.Error(err)
	}
	anna.Hears(t, server.PN(botsNumber), "Dag Anna")
}

func TestHistoryIsOfferedAndFetchedOnlyWhenWanted(t *testing.T) {
	server := whatsapptest.New(t)
	anna := server.Person("Anna", annasNumber)
	wants, not := linked(t, server, annasNumber), linked(t, server, annasNumber)
	not.ManualHistorySyncDownload = true
	got, offered := on[*events.HistorySync](wants), on[*events.Message](not)
	connects(t, server, wants)
	connects(t, server, not)
	anna.SharesHistory()
	if h := next(t, got); len(h.Data.GetConversations()) != 1 {
		t.Errorf("the history is %v", h.Data)
	}
	for next(t, offered).Message.GetProtocolMessage().GetHistorySyncNotification() == nil {
		continue // what was said to make the sessions
	}
	// Of what one device tells another, whatsmeow sends three receipts at once, and the first confirms it.
	if !server.Settle(300*time.Millisecond, 20*time.Second) {
		t.Error("it doesn't settle")
	}
	if n := server.Downloads(); n != 1 {
		t.Errorf("%d downloads, want 1", n)
	}
}

func TestReadingIsShown(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	group := server.Group("Beheerders Lisse", anna, bert, whatsapptest.Hidden())
	receipts := listen[*events.Receipt](anna)
	id := anna.Says(group, "Lezen jullie dit?")
	bert.Reads(group, bert.Hears(t, group, "Lezen"))
	for {
		r := next(t, receipts)
		if r.Type != types.ReceiptTypeRead {
			continue
		}
		if r.MessageIDs[0] != id || r.Chat != group || r.Sender != bert.LID() {
			t.Errorf("Anna is told %+v", r)
		}
		return
	}
}

func TestNobodyLearnsANumberInAnAnonymousGroup(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	bot := linked(t, server, botsNumber)
	heard, changes := on[*events.Message](bot), on[*events.GroupInfo](bot)
	connects(t, server, bot)
	group := server.Group("Beheerders Lisse", anna, bert, whatsapptest.Member(botsNumber), whatsapptest.Anonymous())
	anna.Says(group, "Wie ben ik?")
	bert.Hears(t, group, "Wie ben ik")
	hears(t, heard, "Wie ben ik", func(m *events.Message) bool {
		return m.Info.Sender == anna.LID() && m.Info.SenderAlt.IsEmpty()
	})
	server.SetSubject(group, "Anders")
	if e := next(t, changes); *e.Sender != anna.LID() || e.SenderPN != nil {
		t.Errorf("the bot is told %+v", e)
	}
	if pn, err := bot.Store.LIDs.GetPNForLID(t.Context(), anna.LID()); err != nil || !pn.IsEmpty() {
		t.Errorf("the bot knows %s, %v", pn, err)
	}
	anna.Says(server.PN(botsNumber), "Ik ben het")
	hears(t, heard, "Ik ben het", func(m *events.Message) bool {
		return m.Info.Sender == anna.PN() && m.Info.SenderAlt == anna.LID()
	})
}

func TestANumberChanges(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	group := server.Group("Beheerders Lisse", anna, bert, whatsapptest.Hidden())
	anna.Says(bert.PN(), "mijn oude nummer")
	before := bert.Hears(t, anna.PN(), "oude")
	old, lid := anna.PN(), anna.LID()
	anna.ChangesNumber("31699999998")
	if anna.PN() == old || anna.LID() != lid {
		t.Errorf("Anna is %s, %s", anna.PN(), anna.LID())
	}
	anna.Says(bert.PN(), "mijn nieuwe nummer")
	if after := bert.Hears(t, anna.PN(), "nieuwe"); after.From == before.From || after.From != anna.PN() {
		t.Errorf("Bert heard it from %s", after.From)
	}
	anna.Says(group, "ook in de groep")
	if m := bert.Hears(t, group, "ook in"); m.From != lid {
		t.Errorf("Bert heard it from %s", m.From)
	}
	bert.Says(anna.PN(), "genoteerd")
	anna.Hears(t, bert.PN(), "genoteerd")
}

func TestItListensOnThisMachineOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:0", "localhost:0", "nothing"} {
		if s, err := whatsapptest.Start(addr, nil); err == nil {
			s.Close()
			t.Errorf("it listens on %s", addr)
		}
	}
}
